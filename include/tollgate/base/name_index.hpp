// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "tollgate/base/text.hpp"

namespace tollgate {

/// Finds a name in a list that is known when the program is compiled. What is looked for is
/// compared with the names of its length alone, of which there are few.
template <std::size_t N>
class NameIndex {
 public:
  static_assert(N <= 32, "a bit for each name");

  /// The list's rows: names, or structs with a `name`. None is longer than kLongest.
  template <class Row>
  constexpr explicit NameIndex(const std::array<Row, N>& rows) {
    for (std::size_t i = 0; i < N; ++i) {
      if constexpr (std::is_convertible_v<Row, std::string_view>) {
        names_[i] = rows[i];
      } else {
        names_[i] = rows[i].name;
      }
      of_length_.at(names_[i].size()) |= 1U << i;
    }
  }

  /// The number of the first row with this name; N: there is none.
  constexpr std::size_t find(std::string_view name) const {
    return first(name, [&](std::string_view known) { return known == name; });
  }
  /// The same in any case of ASCII letters.
  bool contains_in_any_case(std::string_view name) const {
    return first(name, [&](std::string_view known) { return iequals(known, name); }) != N;
  }

 private:
  static constexpr std::size_t kLongest = 31;

  template <class Same>
  constexpr std::size_t first(std::string_view name, Same same) const {
    if (name.size() > kLongest) return N;
    for (std::uint32_t left = of_length_[name.size()]; left != 0; left &= left - 1) {
      const auto row = static_cast<std::size_t>(__builtin_ctz(left));
      if (same(names_[row])) return row;
    }
    return N;
  }

  std::array<std::string_view, N> names_{};
  std::array<std::uint32_t, kLongest + 1> of_length_{};  ///< a bit for each row
};

template <class Row, std::size_t N>
NameIndex(const std::array<Row, N>&) -> NameIndex<N>;

}  // namespace tollgate
