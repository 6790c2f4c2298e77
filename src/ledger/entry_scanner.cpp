// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entry_scanner.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "record_codec.hpp"
#include "tollgate/base/crc32c.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::string_view kSegmentMagic = "TGSEGMT1";

struct SegmentHeader {
  char magic[8];
  std::uint32_t version = kFormatVersion;
  std::uint32_t worker = 0;
  std::uint64_t number = 0;
};

}  // namespace

std::uint32_t entry_crc(const EntryHeader& header, std::string_view payload) {
  char fixed[6];
  std::memcpy(fixed, &header.length, 4);
  fixed[4] = static_cast<char>(header.type);
  fixed[5] = static_cast<char>(header.version);
  return crc32c(payload, crc32c({fixed, sizeof(fixed)}));
}

void write_segment_header(char* at, std::uint32_t worker, std::uint64_t number) {
  SegmentHeader header;
  std::memcpy(header.magic, kSegmentMagic.data(), kSegmentMagic.size());
  header.worker = worker;
  header.number = number;
  std::memcpy(at, &header, sizeof(header));
}

bool is_segment(std::string_view bytes) {
  if (bytes.size() < Segment::kHeaderSize || bytes.substr(0, 8) != kSegmentMagic) return false;
  SegmentHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  return header.version == kFormatVersion;
}

std::optional<SegmentOwner> segment_owner(std::string_view bytes) {
  if (!is_segment(bytes)) return std::nullopt;
  SegmentHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  return SegmentOwner{header.worker, header.number};
}

std::optional<EntryScanner::Entry> EntryScanner::entry_at(std::size_t at) const {
  if (at + Segment::kEntryHeaderSize > bytes_.size()) return std::nullopt;
  EntryHeader header;
  auto* const magic = reinterpret_cast<std::uint32_t*>(const_cast<char*>(bytes_.data() + at));
  header.magic = std::atomic_ref<std::uint32_t>(*magic).load(std::memory_order_acquire);
  if (header.magic != kEntryMagic) return std::nullopt;
  std::memcpy(reinterpret_cast<char*>(&header) + 4, bytes_.data() + at + 4, sizeof(header) - 4);
  const std::size_t rest = bytes_.size() - at - Segment::kEntryHeaderSize;
  if (header.length > rest || header.length > kLargestPayload) return std::nullopt;
  const auto payload = bytes_.substr(at + Segment::kEntryHeaderSize, header.length);
  if (header.version != kFormatVersion || header.type < 1 || header.type > 3) return std::nullopt;
  if (entry_crc(header, payload) != header.crc) return std::nullopt;
  return Entry{static_cast<EntryType>(header.type), payload,
               at + Segment::entry_size(header.length)};
}

std::optional<EntryScanner::Entry> EntryScanner::next() {
  const auto entry = entry_at(at_);
  if (entry) at_ = entry->end;
  return entry;
}

bool EntryScanner::has_mark() const {
  if (at_ + Segment::kEntryHeaderSize > bytes_.size()) return false;
  auto* const magic = reinterpret_cast<std::uint32_t*>(const_cast<char*>(bytes_.data() + at_));
  return std::atomic_ref<std::uint32_t>(*magic).load(std::memory_order_acquire) != 0;
}

bool EntryScanner::only_zeroes_from(std::size_t at) const {
  return at >= bytes_.size() || std::all_of(bytes_.begin() + static_cast<std::ptrdiff_t>(at),
                                            bytes_.end(), [](char c) { return c == '\0'; });
}

std::optional<EntryScanner::Entry> EntryScanner::next_over_damage() {
  if (const auto entry = next()) return entry;
  if (only_zeroes_from(at_)) return std::nullopt;
  ++damaged_;
  // Entries begin at multiples of 8: the next one whose sum holds ends the damage.
  for (std::size_t at = at_ + 8; at < bytes_.size(); at += 8) {
    const auto entry = entry_at(at);
    if (!entry) continue;
    at_ = entry->end;
    return entry;
  }
  at_ = bytes_.size();
  return std::nullopt;
}

}  // namespace tollgate::ledger
