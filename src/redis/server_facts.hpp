// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "error_reply.hpp"
#include "tollgate/redis/reply.hpp"

namespace tollgate::redis {

/// What a server says of itself; what it does not say is as it should be.
struct ServerFacts {
  bool loading = false;
  bool replica = false;
  std::string eviction;  ///< maxmemory-policy; empty: not said
};

/// Out of the text of INFO.
ServerFacts read_info(std::string_view text);

/// Slots that one primary has.
struct SlotRange {
  unsigned first = 0;
  unsigned last = 0;
  Address primary;
  bool operator==(const SlotRange&) const = default;
};

/// Out of the answer of CLUSTER SLOTS. `asked` is whose answer it is: it may leave its own host
/// out. nullopt: this is no such answer, as from a server that is in no cluster. Ranges without a
/// primary are left out.
std::optional<std::vector<SlotRange>> read_slots(const Reply& reply, const Address& asked);

}  // namespace tollgate::redis
