// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tollgate/base/uuid.hpp"

namespace tollgate::ledger {

/// What the ledger itself wants to know of a record that passes through it. Decoding all fifty
/// fields for that costs ten times as much.
struct PayloadGlance {
  Uuid record_id;
  std::int64_t event_time = 0;  ///< microseconds
  bool awaits = false;          ///< it has a follow_path: its operation goes on at the backend
  bool made_objects = false;    ///< it has stored_objects
};

/// nullopt: the bytes are no sequence of fields, or one without a record_id.
std::optional<PayloadGlance> glance_at(std::string_view payload);

}  // namespace tollgate::ledger
