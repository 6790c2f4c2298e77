// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate::config {

/// What is wrong with the URL of a container; nullopt: nothing. https only, and a path that is the
/// container's name, or the account's and the container's, as an account on a host of its own has
/// it. Names of containers: 3 to 63 lower-case letters, digits and single hyphens (Azure's "Naming
/// and referencing containers", from memory). No query: a shared access signature is no credential
/// here.
std::optional<std::string> container_fault(std::string_view url);

/// Folders that a blob's name may begin with: plain segments. A blob's name may have 1,024
/// characters (from memory), and the rest of it takes up to 800.
bool is_blob_prefix(std::string_view text);

}  // namespace tollgate::config
