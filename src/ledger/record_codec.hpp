// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::ledger {

/// Longest text kept of one field; what is longer is cut. With these bounds no record outgrows
/// kLargestPayload.
inline constexpr std::size_t kLongestText = 1024;
/// Of all ids of a list together: those that do not fit any more are left out.
inline constexpr std::size_t kLongestIds = 32 * 1024;
inline constexpr std::size_t kMostAttempts = 32;
inline constexpr std::size_t kMostTags = 64;
inline constexpr std::size_t kLargestPayload = 352 * 1024;

/// Appends the record's journal form: fields as number (1 byte), length (4, little endian), bytes.
void encode_record(const usage::UsageRecord& record, std::string& out);

/// Reads it back. Unknown field numbers are skipped; nullopt when the bytes are no such sequence.
std::optional<usage::UsageRecord> decode_record(std::string_view bytes);

/// The same of fields without a record_id, such as those that a roll-up groups by.
std::optional<usage::UsageRecord> decode_fields(std::string_view bytes);

/// The id alone, for what needs no more; nullopt as decode_record.
std::optional<Uuid> decode_record_id(std::string_view bytes);

}  // namespace tollgate::ledger
