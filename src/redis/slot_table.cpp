// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "slot_table.hpp"

#include <algorithm>

#include "tollgate/redis/call.hpp"

namespace tollgate::redis {

std::size_t SlotTable::place_of(const Address& address) {
  if (owners_.empty()) {
    owners_.assign(kSlots, 0);
    addresses_.assign(1, Address{});
  }
  const auto found = std::ranges::find(addresses_, address);
  const auto place = static_cast<std::size_t>(found - addresses_.begin());
  if (place == addresses_.size()) addresses_.push_back(address);
  return place;
}

bool SlotTable::learn(const std::vector<SlotRange>& ranges) {
  bool changed = false;
  SlotTable fresh;
  if (!owners_.empty()) {
    for (unsigned slot = 0; slot < kSlots; ++slot)
      if (const Address* const owner = this->owner(slot)) fresh.move(slot, *owner);
  }
  for (const SlotRange& range : ranges) {
    for (unsigned slot = range.first; slot <= range.last && slot < kSlots; ++slot)
      changed = fresh.move(slot, range.primary) || changed;
  }
  if (changed) *this = std::move(fresh);
  return changed;
}

bool SlotTable::move(unsigned slot, const Address& to) {
  const auto place = static_cast<std::uint16_t>(place_of(to));
  if (owners_[slot] == place) return false;
  owners_[slot] = place;
  return true;
}

const Address* SlotTable::owner(unsigned slot) const {
  if (owners_.empty() || owners_[slot] == 0) return nullptr;
  return &addresses_[owners_[slot]];
}

std::set<Address> SlotTable::owners() const {
  std::set<Address> out;
  for (const std::uint16_t place : owners_)
    if (place != 0) out.insert(addresses_[place]);
  return out;
}

}  // namespace tollgate::redis
