// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tollgate::redaction {

/// Puts what is written together again for each of the texts that were read as one.
class SplitOutput {
 public:
  explicit SplitOutput(std::size_t texts) : out_(texts) {}

  /// The next text ends at `end` of all of them together.
  void ends_at(std::size_t end) { ends_.push_back(end); }
  /// Copies [begin, end) of `all`, each byte to the text that it came from.
  void copy(std::string_view all, std::size_t begin, std::size_t end) {
    while (begin < end) {
      const std::size_t part = part_at(begin);
      const std::size_t stop = std::min(end, ends_[part]);
      out_[part] += all.substr(begin, stop - begin);
      begin = stop;
    }
  }
  /// Writes something to the text that `at` is in.
  void add(std::string_view text, std::size_t at) { out_[part_at(at)] += text; }
  std::vector<std::string> take() { return std::move(out_); }

 private:
  /// Empty texts end where they begin and are passed over.
  std::size_t part_at(std::size_t at) const {
    return static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), at) -
                                    ends_.begin());
  }

  std::vector<std::size_t> ends_;
  std::vector<std::string> out_;
};

}  // namespace tollgate::redaction
