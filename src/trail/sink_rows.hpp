// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "row_json.hpp"

namespace tollgate::trail {

/// A row as an object of columns. A place that holds no JSON has a fault, and so has a row in which
/// a name stands twice: of two such members one reader takes the first and another the last, so no
/// proof of the one speaks for what the other sees.
struct SinkRow {
  nlohmann::json columns;
  std::string fault = {};  ///< why it is none; empty: it is one
  /// What a workspace's queries give may have numbers as text; what an exporter writes has not.
  Values values = Values::any;
};

/// Each row of a sink's file with the number of its line or place from 1. Takes lines of objects,
/// an array of objects, and the tables of Log Analytics' query API.
void for_each_row(std::string_view text,
                  const std::function<void(const SinkRow&, std::size_t)>& visit);

}  // namespace tollgate::trail
