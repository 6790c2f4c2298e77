// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::ledger {

/// Records that arrived together, as one row of the database holds them: their entries as journals
/// have them, each with its own check sum, one behind the other, and the offset behind each of them
/// (docs/ledger-format.md).
class BlockBuilder {
 public:
  /// Beyond this a block is not filled further: what one damaged row costs, and what reading one
  /// record takes.
  static constexpr std::size_t kFull = 256 * 1024;

  /// A record in its journal form; `event_time` in microseconds.
  void add(std::string_view payload, std::int64_t event_time);
  void clear();

  bool empty() const { return count_ == 0; }
  bool full() const { return entries_.size() >= kFull; }
  std::uint32_t count() const { return count_; }
  std::int64_t first_time() const { return first_time_; }
  std::int64_t last_time() const { return last_time_; }
  const std::string& entries() const { return entries_; }
  const std::string& ends() const { return ends_; }

 private:
  std::string entries_;
  std::string ends_;  ///< 4 bytes each, little endian
  std::uint32_t count_ = 0;
  std::int64_t first_time_ = 0;
  std::int64_t last_time_ = 0;
};

/// Reads a block's records by their place in it. Damage of one costs that one: the place of the
/// others does not depend on it. The bytes belong to the caller.
class BlockView {
 public:
  BlockView(std::string_view entries, std::string_view ends) : entries_(entries), ends_(ends) {}

  std::size_t count() const { return ends_.size() / 4; }
  /// The payload of record i, 0-based; nullopt: it is damaged.
  std::optional<std::string_view> payload(std::size_t i) const;

 private:
  std::size_t end(std::size_t i) const;

  std::string_view entries_;
  std::string_view ends_;
};

}  // namespace tollgate::ledger
