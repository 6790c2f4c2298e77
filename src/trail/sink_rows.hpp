// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace tollgate::trail {

/// Each row of a sink's file, as an object of columns, with the number of its line or place from 1;
/// what is no JSON is given as a discarded value. Takes lines of objects, an array of objects, and
/// the tables of Log Analytics' query API.
void for_each_row(std::string_view text,
                  const std::function<void(const nlohmann::json&, std::size_t)>& visit);

}  // namespace tollgate::trail
