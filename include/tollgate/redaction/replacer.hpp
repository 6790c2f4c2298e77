// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "tollgate/base/secret.hpp"

namespace tollgate::redaction {

/// Gives what is written in the place of values, and counts them: one object for all texts of one
/// record. It keeps a hash of each different value, never the value: some 50 bytes, for
/// kMostNumbered of them. Those beyond have no number of their own (`[EMAIL]`), and count like all.
class Replacer {
 public:
  /// Different values of one record.
  static constexpr std::size_t kMostNumbered = 100'000;

  /// How many values, by rule.
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  /// `[EMAIL_1]`: equal values of one record have equal numbers.
  Replacer() = default;
  /// `[EMAIL:9f3a6c21d0b54e77]`: the first 64 bits of an HMAC-SHA-256 of rule and value, so equal
  /// values can be joined over records, and guessed only by who has the key.
  explicit Replacer(Secret key) : key_(std::move(key)) {}

  /// What stands for `value`, as the rule spells equal values.
  std::string replacement(std::string_view rule, std::string_view value);
  /// Files of fewer bytes are small: what little they hold could be guessed from a hash.
  static constexpr std::uint64_t kSmallFile = 4096;
  /// What stands for a small file in place of its hash, as replacement() would without its
  /// brackets: `BINARY_1`.
  std::string file_label(std::string_view hash);
  /// Counts something that is replaced by a text of its own.
  void count(std::string_view rule) { ++counts_[std::string(rule)]; }

  /// How many values were replaced, by rule.
  const Counts& counts() const { return counts_; }

 private:
  /// The first half of a SHA-256.
  using Hash = std::array<unsigned char, 16>;
  struct AnyPart {
    std::size_t operator()(const Hash& hash) const {
      std::size_t out = 0;
      std::memcpy(&out, hash.data(), sizeof out);
      return out;
    }
  };

  /// Nullopt: there are too many different ones.
  std::optional<std::uint32_t> number_of(std::string_view rule, const std::string& named_value);

  std::optional<Secret> key_;
  Counts counts_;
  std::map<std::string, std::uint32_t, std::less<>> last_numbers_;
  std::unordered_map<Hash, std::uint32_t, AnyPart> numbers_;  ///< by that of rule and value
};

}  // namespace tollgate::redaction
