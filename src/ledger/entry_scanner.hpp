// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "segment.hpp"

namespace tollgate::ledger {

inline constexpr std::uint32_t kEntryMagic = 0x4A475445;  // "ETGJ", little endian
inline constexpr std::uint8_t kFormatVersion = 1;

/// As it lies in the file, little endian (docs/ledger-format.md).
struct EntryHeader {
  std::uint32_t magic = kEntryMagic;
  std::uint32_t length = 0;  ///< of the payload
  std::uint32_t crc = 0;     ///< CRC-32C of length, type, version and payload
  std::uint8_t type = 0;
  std::uint8_t version = kFormatVersion;
  std::uint16_t reserved = 0;
};
static_assert(sizeof(EntryHeader) == Segment::kEntryHeaderSize);

std::uint32_t entry_crc(const EntryHeader& header, std::string_view payload);
void write_segment_header(char* at, std::uint32_t worker, std::uint64_t number);
/// Whether the bytes begin with a header of ours whose version we can read.
bool is_segment(std::string_view bytes);
/// Whose a segment is: its worker's number, and its own within that worker of one process.
struct SegmentOwner {
  std::uint32_t worker = 0;
  std::uint64_t number = 0;
};
/// nullopt: its header cannot be read.
std::optional<SegmentOwner> segment_owner(std::string_view bytes);

/// Reads entries one after the other, over damage: what does not hold is stepped over to the next
/// entry that does, and counted.
class EntryScanner {
 public:
  struct Entry {
    EntryType type = EntryType::intent;
    std::string_view payload;
    std::size_t end = 0;  ///< offset behind it
  };

  explicit EntryScanner(std::string_view segment, std::size_t from = Segment::kHeaderSize)
      : bytes_(segment), at_(from) {}

  /// The next whole entry; nullopt when no further one has been committed.
  std::optional<Entry> next();
  /// In recovery: the next whole entry anywhere behind, over damaged bytes.
  std::optional<Entry> next_over_damage();
  /// Whether the place behind the last entry is marked: a whole entry stands there, or a damaged
  /// one.
  bool has_mark() const;
  /// Damaged stretches met so far.
  std::size_t damaged() const { return damaged_; }
  std::size_t position() const { return at_; }

 private:
  std::optional<Entry> entry_at(std::size_t at) const;
  bool only_zeroes_from(std::size_t at) const;

  std::string_view bytes_;
  std::size_t at_;
  std::size_t damaged_ = 0;
};

}  // namespace tollgate::ledger
