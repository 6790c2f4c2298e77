// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/base/text_builder.hpp"
#include "tollgate/trail/row_fields.hpp"

namespace tollgate::trail {

/// The columns of one cover that are not empty, as the database keeps them: columns_of() reads the
/// same values from it, and this makes no value of each first. `row`: its text is tidied, so that
/// dynamic columns are JSON in its one form. `salt` goes with them as `Salt`; empty: it does not.
void add_columns(TextBuilder& out, const AuditRow& row, Cover cover, std::string_view salt = {});
std::string columns_text(const AuditRow& row, Cover cover);

}  // namespace tollgate::trail
