// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "findings.hpp"
#include "match_view.hpp"
#include "rule_set.hpp"

namespace tollgate::redaction {

/// Finds the values in one block of text: as it stands, with its escapes in their place, and in
/// what it holds in base64 or hexadecimal, three deep. Linear in the block for any text: what a
/// rule reads in vain from one place is of bounded length.
class BlockScan {
 public:
  /// `member`: the name of the JSON member whose value the text is. `junctions`: places in the
  /// block at which one text ends and the next begins; values may end there or go on.
  BlockScan(const RuleSet& rules, std::string_view member, std::span<const std::size_t> junctions)
      : rules_(rules), member_(member), junctions_(junctions) {}

  /// All that begin at `from` or behind it; what is before is only looked at for context.
  std::vector<Finding> find(std::string_view block, std::size_t from);

 private:
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void scan(std::string_view text, std::size_t from, std::vector<Finding>& out);
  void scan_view(const MatchView& view, std::size_t from, std::vector<Finding>& out);
  void find_all(std::size_t number, const MatchView& view, std::size_t from,
                std::vector<Finding>& out);
  void find_exact(const MatchView& view, std::size_t from, std::vector<Finding>& out);
  void find_encoded(const MatchView& view, std::size_t from, std::vector<Finding>& out);
  bool take_encoded(const std::string& decoded, Finding place, std::vector<Finding>& out);
  std::size_t accepted_end(const RuleSet::Compiled& rule, const MatchView& view, Span value,
                           bool named) const;
  bool open_before(const Rule& rule, const MatchView& view, std::size_t begin) const;
  bool open_behind(const Rule& rule, const MatchView& view, std::size_t end) const;
  bool has_joint(const MatchView& view, std::size_t at) const;
  bool is_named(const RuleSet::Compiled& rule, const MatchView& view, Span value) const;

  const RuleSet& rules_;
  std::string_view member_;
  std::span<const std::size_t> junctions_;
  int depth_ = 0;  ///< of encodings
};

}  // namespace tollgate::redaction
