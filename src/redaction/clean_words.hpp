// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace tollgate::redaction {

/// Words that were searched and hold nothing: the APIs' own names and values stand in every body,
/// and what is found in a text depends on it, its member's name and the rules alone. Only short
/// ones, of lower-case ASCII letters, digits and a few marks, so that little of what people write
/// is held. Thread-safe.
class CleanWords {
 public:
  static constexpr std::size_t kMost = 4096;
  static constexpr std::size_t kLongest = 40;  ///< word and member's name each

  bool has(std::string_view member, std::string_view word) const;
  /// Nothing where it is none of those words.
  void add(std::string_view member, std::string_view word);

 private:
  struct Hash {
    using is_transparent = void;
    // Not noexcept: of such a hash the set keeps what it gave, and reckons it once a look-up.
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  mutable std::shared_mutex mutex_;
  /// Behind their members' names and a null byte.
  std::unordered_set<std::string, Hash, std::equal_to<>> words_;
};

}  // namespace tollgate::redaction
