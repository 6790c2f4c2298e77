// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::seals {

/// Makes ids of stored objects into ids that tell, to whoever has the keys, whose the object is and
/// where it lives: resp_68a1 becomes resp_tg1..., with the same word in front. The same object is
/// sealed to the same id each time, for as long as the same key is the first. Any thread.
class Seals {
 public:
  /// With the keys and names of the configuration, which has such keys. Error internal: OpenSSL
  /// cannot.
  static Result<std::unique_ptr<Seals>> make(const config::Config& config);
  ~Seals();

  /// The object's id as clients see it. Of what the object says all is sealed but its word; a
  /// conversation with more than 64 bytes is left out. Throws std::runtime_error where OpenSSL
  /// fails: nothing goes to a client unsealed.
  std::string seal(const ledger::StoredObject& object) const;

  /// What seal() was given, by any of the keys; nullopt: no seal of theirs, or not all of it. A
  /// name that the configuration has no more is empty.
  std::optional<ledger::StoredObject> open(std::string_view id) const;

  /// Whether it looks like a sealed id, whoever sealed it.
  static bool looks_sealed(std::string_view id);

 private:
  struct Parts;
  explicit Seals(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace tollgate::seals
