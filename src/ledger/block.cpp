// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "block.hpp"

#include <algorithm>
#include <cstring>

#include "entry_scanner.hpp"

namespace tollgate::ledger {

void BlockBuilder::add(std::string_view payload, std::int64_t event_time) {
  EntryHeader header;
  header.length = static_cast<std::uint32_t>(payload.size());
  header.type = static_cast<std::uint8_t>(EntryType::close);
  header.crc = entry_crc(header, payload);
  const std::size_t begin = entries_.size();
  entries_.append(reinterpret_cast<const char*>(&header), sizeof(header));
  entries_.append(payload);
  entries_.resize(begin + Segment::entry_size(payload.size()));
  const auto end = static_cast<std::uint32_t>(entries_.size());
  ends_.append(reinterpret_cast<const char*>(&end), sizeof(end));
  first_time_ = empty() ? event_time : std::min(first_time_, event_time);
  last_time_ = empty() ? event_time : std::max(last_time_, event_time);
  ++count_;
}

void BlockBuilder::clear() {
  entries_.clear();
  ends_.clear();
  count_ = 0;
}

std::size_t BlockView::end(std::size_t i) const {
  std::uint32_t out = 0;
  std::memcpy(&out, ends_.data() + 4 * i, sizeof(out));
  return out;
}

std::optional<std::string_view> BlockView::payload(std::size_t i) const {
  const std::size_t begin = i == 0 ? 0 : end(i - 1);
  if (begin % 8 != 0 || begin >= entries_.size()) return std::nullopt;
  EntryScanner scanner(entries_, begin);
  const auto entry = scanner.next();
  if (!entry || entry->end != end(i)) return std::nullopt;
  return entry->payload;
}

}  // namespace tollgate::ledger
