// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <vector>

#include "server_facts.hpp"

namespace tollgate::redis {

/// Which node has which slot, as far as it is known.
class SlotTable {
 public:
  /// Whether nothing is known: then there is one server for all.
  bool empty() const { return owners_.empty(); }

  /// All of it anew; true: that changed something. Slots that are in no range keep whom they had:
  /// whoever has them now, will be said by whoever had them.
  bool learn(const std::vector<SlotRange>& ranges);
  /// One slot; true: it had another.
  bool move(unsigned slot, const Address& to);

  /// Null: nobody is known to have it.
  const Address* owner(unsigned slot) const;
  /// All that have one.
  std::set<Address> owners() const;

 private:
  std::size_t place_of(const Address& address);

  std::vector<Address> addresses_;     ///< [0]: nobody
  std::vector<std::uint16_t> owners_;  ///< by slot, a place in addresses_
};

}  // namespace tollgate::redis
