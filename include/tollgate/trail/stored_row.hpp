// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/trail/audit_row.hpp"

namespace tollgate::trail {

/// What became of the sealed columns of a row: of those that are erased or damaged none is there.
/// From what tells most to what tells least.
enum class ContentState {
  whole,
  erased,   ///< an erasure marked its data key
  damaged,  ///< it does not fit its key, its tag or its commitment, or its key is gone
};

struct StoredRow {
  AuditRow row;  ///< `content_missing` is missing::kDamaged where the content is
  ContentState content = ContentState::whole;

  /// An erasure took it: of a row that never had any it took none.
  bool has_lost_content() const {
    return content == ContentState::erased && row.content_bytes.has_value();
  }
};

/// What a reading found: no more than its limit, nor than some 16 MiB.
struct FoundRows {
  std::vector<StoredRow> rows;        ///< by sequence
  std::vector<std::int64_t> damaged;  ///< sequences of rows that differ from their hashes
  std::int64_t read_to = 0;           ///< the last sequence of both; 0: there are none
  /// Of both, and of rows whose content is damaged: those that no delivery had come upon before.
  std::vector<std::int64_t> newly_damaged = {};
  /// Of a reading that was noted in one mark file alone: which one has it not, and why.
  std::string unmarked = {};
};

/// Which rows are meant: those for which all that is given holds.
struct RowFilter {
  std::optional<std::string> record_id;
  std::optional<std::string> kind;
  std::optional<std::string> client_name;
  std::optional<std::string> caller_id;
  std::optional<std::string> conversation_id;
  /// The same conversation as its client wrote it, where that stands in rows whose level is not
  /// `redacted`. No access row has it. Only beside conversation_id.
  std::optional<std::string> conversation_as_written;
  std::optional<UtcTime> from;   ///< of the event
  std::optional<UtcTime> until;  ///< exclusive
  std::int64_t after = 0;        ///< sequence: to read on, or to follow what comes
  std::size_t limit = 1000;
  /// The reading was begun before: that nothing more is found leaves no access row.
  bool goes_on = false;
};

}  // namespace tollgate::trail
