// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reserved_room.hpp"

#include <algorithm>
#include <cstring>

#include "segment.hpp"

namespace tollgate::ledger {

std::size_t ReservedRoom::Hash::operator()(const Uuid& id) const noexcept {
  std::size_t out = 0;
  std::memcpy(&out, id.bytes.data() + id.bytes.size() - sizeof(out), sizeof(out));
  return out;
}

std::size_t ReservedRoom::close_size(std::size_t intent_payload) {
  return Segment::entry_size(intent_payload + kCloseExtra);
}

void ReservedRoom::keep(const Uuid& id, std::size_t payload) {
  const std::size_t size = close_size(payload);
  std::uint32_t& kept = sizes_[id];
  bytes_ += size - kept;
  kept = static_cast<std::uint32_t>(size);
  largest_ = std::max(largest_, size);
}

void ReservedRoom::release(const Uuid& id) {
  const auto found = sizes_.find(id);
  if (found == sizes_.end()) return;
  bytes_ -= found->second;
  sizes_.erase(found);
  if (sizes_.empty()) largest_ = 0;
}

}  // namespace tollgate::ledger
