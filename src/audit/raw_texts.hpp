// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate::audit {

struct TextsCut {
  bool any = false;      ///< there was a text
  bool emptied = false;  ///< of one nothing is left
};

/// Appends a well-formed JSON value whose texts, wherever they stand in it, are without what may be
/// half a value at their end. A member's whole value stays if `stays` says so of its name, as it is
/// written. Linear, however deep it nests.
TextsCut cut_texts(std::string_view json, bool (*stays)(std::string_view name), std::string& out);

}  // namespace tollgate::audit
