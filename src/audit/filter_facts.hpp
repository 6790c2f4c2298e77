// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "filter_results.hpp"

namespace tollgate::audit {

/// What a result of the content filter is about.
enum class FilterSource : std::uint8_t {
  prompt,
  completion,
  unknown,  ///< the answer does not say
};

/// What the content filter found in an exchange, by what it was found in.
class FilterFacts {
 public:
  /// A `content_filter_results` object; anything else is passed over.
  void add(FilterSource source, JsonSlice results) { of(source).results.add(results); }
  /// The answer says that the filter stopped it.
  void note_blocked(FilterSource source) { of(source).blocked = true; }
  /// Appends an object with an object for each source of which something is known, in the order of
  /// their names, so that equal facts are equal bytes; nothing, if there is none.
  void write(std::string& out) const;

 private:
  struct Found {
    FilterResults results;
    bool blocked = false;

    bool any() const { return blocked || !results.empty(); }
  };
  Found& of(FilterSource source) { return found_[static_cast<std::size_t>(source)]; }
  static void write(const Found& found, std::string& out);

  std::array<Found, 3> found_;
};

}  // namespace tollgate::audit
