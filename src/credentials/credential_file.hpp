// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/base/secret.hpp"

namespace tollgate::credentials {

/// Platforms rotate by exchanging a link; a path that the other side named must not be one.
enum class Links { follow, refuse };

/// The whole of a regular file of 1 to `limit` bytes. Error storage; the message names the path and
/// the reason, never the contents. Blocks for the read of a small local file.
Result<Secret> read_credential_file(const std::string& path, std::size_t limit, Links links);

}  // namespace tollgate::credentials
