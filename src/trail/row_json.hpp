// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/trail/row_fields.hpp"

// Rows as JSON objects, as they stand on the disk and in what a sink gives back.
namespace tollgate::trail {

/// The columns of one cover, without those that are empty.
nlohmann::json columns_of(const AuditRow& row, Cover cover);
nlohmann::json columns_of(const AccessRow& row);

/// How the values of columns stand in a row.
enum class Values {
  any,         ///< numbers and booleans as text too, and dynamic values as text or as they are
  as_written,  ///< each of its own type, as the gateway writes them
};

/// Takes over the columns that the object has; others, such as those that a workspace adds, are
/// passed over. Error invalid_input: which column has no value of its type.
Result<void> take_columns(const nlohmann::json& object, AuditRow& row, Values values = Values::any);
Result<void> take_columns(const nlohmann::json& object, AccessRow& row);

/// JSON text in one form: members sorted, no spaces, whole numbers without fraction. Text in a
/// string that is JSON itself is that JSON, for sinks give dynamic values back in both ways. Empty:
/// none, or null.
std::string canonical_json(std::string_view text);

/// Malformed UTF-8 becomes U+FFFD; the rest stays as it is.
std::string as_utf8(std::string_view text);
/// ... in all of a row's text, and its dynamic values in their one form.
void tidy_text(AuditRow& row);

/// One line, whatever is in it.
std::string one_line(const nlohmann::json& json);

}  // namespace tollgate::trail
