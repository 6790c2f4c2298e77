// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/secret.hpp"

namespace tollgate::trail {

/// A key that wraps data keys, and the name by which the store remembers it: the first 16
/// hexadecimal digits of a hash of the key, so that nobody has to give names and no name can mean
/// two keys.
struct MasterKey {
  std::string id;
  Secret key;
};

/// The master keys of the configuration: the first wraps, the others only unwrap what they wrapped
/// earlier. Put a new key in front to rotate; take an old one away once AuditStore::rewrap is done.
class MasterKeys {
 public:
  /// Each 32 bytes in base64. Error invalid_input: none is given, one is not that, or one stands
  /// twice; the message says which, counted from 1, and nothing of the key.
  static Result<MasterKeys> read(std::span<const Secret> keys);

  const MasterKey& first() const { return keys_.front(); }
  /// Null: it is not configured.
  const MasterKey* find(std::string_view id) const;

 private:
  std::vector<MasterKey> keys_;
};

}  // namespace tollgate::trail
