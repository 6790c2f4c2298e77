// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace tollgate::listener {

/// Why nothing can listen on an address, whatever its port: it is no name that is known, or none of
/// this host. Blocks. nullopt: something can.
std::optional<std::string> address_fault(const std::string& host);

}  // namespace tollgate::listener
