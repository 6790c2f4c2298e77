// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <unordered_map>

#include "tollgate/base/uuid.hpp"

namespace tollgate::ledger {

/// The bytes that the closes of one worker's open intents may take: each intent's own, and what a
/// close adds.
class ReservedRoom {
 public:
  /// What a close may need beyond its intent: usage, ids, attempts.
  static constexpr std::size_t kCloseExtra = 8 * 1024;

  /// `payload`: of the intent's entry. Again for the same id when the intent is amended.
  void keep(const Uuid& id, std::size_t payload);
  void release(const Uuid& id);

  /// Entries with their headers.
  std::size_t bytes() const { return bytes_; }
  /// At least the largest of them.
  std::size_t largest() const { return largest_; }

  static std::size_t close_size(std::size_t intent_payload);

 private:
  struct Hash {
    /// The last bytes of a UUIDv7 are random.
    std::size_t operator()(const Uuid& id) const noexcept;
  };

  std::pmr::unsynchronized_pool_resource
      pool_;  ///< nodes are used again: no allocation per request
  std::pmr::unordered_map<Uuid, std::uint32_t, Hash> sizes_{&pool_};
  std::size_t bytes_ = 0;
  std::size_t largest_ = 0;
};

}  // namespace tollgate::ledger
