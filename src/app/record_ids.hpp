// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::app {

/// Columns by which a record can be found: "RecordId, BackendRequestId (apim-request-id), ...".
std::string record_id_names();

/// The column that names one record alone; of those that hold an id it stands first.
inline constexpr std::string_view kRecordId = "RecordId";

/// A RecordId that a command was given, as it stands wherever one is kept: in small letters.
/// nullopt: none was given. Error invalid_input: it is none.
Result<std::optional<std::string>> given_record_id(std::string_view text);

/// Whether two ids are one, letters large or small: systems write GUIDs in either, and no two ids
/// of an API differ in that alone but by a chance that nobody meets.
bool is_same_id(std::string_view a, std::string_view b);

/// The columns of a record that hold this id (is_same_id()); empty: it is another's.
std::vector<std::string_view> columns_with(const usage::UsageRecord& record, std::string_view id);

/// When the record with this RecordId began: a RecordId has the time of its making in it. Not
/// bounded for what is no such id.
ledger::Period time_in(std::string_view id);

}  // namespace tollgate::app
