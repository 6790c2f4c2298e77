// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "tollgate/base/digest.hpp"

namespace tollgate::redaction {

/// Finds keys of which only the SHA-256 is known (base/hashed_key.hpp). Words of ordinary text are
/// shorter than keys and cost nothing.
class HashedKeys {
 public:
  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  explicit HashedKeys(std::vector<Sha256> hashes);
  /// The first that begins in [from, to); it may end behind `to`.
  std::optional<Match> find(std::string_view text, std::size_t from, std::size_t to) const;

 private:
  std::vector<Sha256> hashes_;  ///< sorted
};

}  // namespace tollgate::redaction
