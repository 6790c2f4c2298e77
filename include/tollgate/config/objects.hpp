// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "tollgate/base/secret.hpp"

namespace tollgate::config {

/// Where it stands whose a stored object is, and on which backend it lives.
enum class ObjectOwnership : std::uint8_t {
  local,   ///< in this gateway's ledger
  sealed,  ///< in the object's id itself, as clients see it
};

struct Objects {
  ObjectOwnership ownership = ObjectOwnership::local;
  /// In base64: the first seals, all open. Never empty with `sealed`, all different.
  std::vector<Secret> seal_keys;
};

}  // namespace tollgate::config
