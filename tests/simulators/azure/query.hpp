// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace tollgate::simulator {

/// The percent-decoded value of a query parameter, or empty.
std::string query_value(const std::string& target, const std::string& name);

}  // namespace tollgate::simulator
