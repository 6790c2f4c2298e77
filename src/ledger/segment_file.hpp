// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "entry_scanner.hpp"
#include "tollgate/base/error.hpp"

// Segments as files that another process writes, or has written.
namespace tollgate::ledger {

/// Names of the segment files in a directory, oldest first; none where there is no directory. Error
/// storage: it cannot be read, and there may be any number.
Result<std::vector<std::string>> list_segments(const std::string& directory);

/// As much of a file as a segment may hold: what is longer is none.
struct SegmentBytes {
  std::string bytes;
  bool has_bad_pages = false;  ///< the disk could not read some: they are zeroes here
};
/// Errors: not_found, it is gone; storage, it cannot be opened or read, and may hold anything.
Result<SegmentBytes> read_segment_bytes(const std::string& path);
/// With zeroes to where an entry could begin: a file that was cut may end anywhere.
void pad_segment(std::string& bytes);

/// Calls `visit` for every whole entry but the seal, over damage; pads the bytes, in which the
/// payloads live. Returns the damaged stretches; bytes that are no segment are one.
std::uint64_t scan_segment(std::string& bytes,
                           const std::function<void(const EntryScanner::Entry&)>& visit);

/// A file read, and what whole entries it has.
struct ScannedSegment {
  std::string bytes;                         ///< what the entries view
  std::vector<EntryScanner::Entry> entries;  ///< in their order, without the seal
  std::uint64_t damaged_stretches = 0;
  bool has_bad_pages = false;
  /// It lacks bytes at its end. One without a byte in it was killed while it was made: it does not.
  bool was_cut = false;
};
/// Errors as read_segment_bytes(). Any thread.
Result<ScannedSegment> read_and_scan(const std::string& path);

}  // namespace tollgate::ledger
