// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "json_slice.hpp"

namespace tollgate::audit {

/// Writes a JSON object member by member.
class ObjectWriter {
 public:
  /// Appends to `out`, which outlives it.
  explicit ObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }

  /// Begins a member: its value is to be appended to what this gives.
  std::string& member(std::string_view name) {
    if (any_) out_.push_back(',');
    any_ = true;
    append_quoted(out_, name);
    out_.push_back(':');
    return out_;
  }
  void add(std::string_view name, std::string_view json) { member(name).append(json); }
  void add_text(std::string_view name, std::string_view text) { append_quoted(member(name), text); }
  void end() { out_.push_back('}'); }

 private:
  std::string& out_;
  bool any_ = false;
};

/// Appends to an array: a comma before each but the first.
inline std::string& next_element(std::string& array) {
  if (!array.ends_with('[')) array.push_back(',');
  return array;
}

}  // namespace tollgate::audit
