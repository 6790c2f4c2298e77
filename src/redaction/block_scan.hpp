// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context_words.hpp"
#include "findings.hpp"
#include "match_view.hpp"
#include "rule_set.hpp"

namespace tollgate::redaction {

/// Finds the values in one block of text: as it stands, with its escapes in their place, each of
/// these with doubtful characters (Sight) read in both ways, and in what it holds in base64 or
/// hexadecimal, three deep. Linear in the block for any text: what a
/// rule reads in vain from one place is of bounded length.
class BlockScan {
 public:
  /// `member`: the name of the JSON member whose value the text is. `junctions`: places in the
  /// block at which one text ends and the next begins; values may end there or go on.
  /// `goes_on`: the block does not end the text.
  BlockScan(const RuleSet& rules, std::string_view member, std::span<const std::size_t> junctions,
            bool goes_on)
      : rules_(rules), member_(member), junctions_(junctions), goes_on_(goes_on) {}

  /// All that begin in block[from, until), and what overlaps with those, put together. What is
  /// before is only looked at for context.
  std::vector<Finding> find(std::string_view block, std::size_t from, std::size_t until);

 private:
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// A value as accepted; empty: it is none.
  struct Accepted {
    std::size_t end = 0;
    bool named = false;
  };

  struct Candidate {
    std::size_t number = 0;
    ContextWords words;
  };
  /// One reading of a text, and the rules that may find something in it.
  struct Look {
    std::unique_ptr<const MatchView> view;  ///< where it is, for what points into it
    TextBytes bytes;                        ///< of the view
    std::vector<Candidate> rules;
  };

  std::vector<Look> looks_at(std::string_view text) const;
  /// The looks at a text or a view: one, or two where characters are doubtful.
  template <class Text>
  void add_looks(const Text& text, std::vector<Look>& looks) const;
  Look look_at(MatchView view) const;
  Look look_at(MatchView view, const TextBytes& bytes) const;
  void scan(Look& look, Span part, std::vector<Finding>& out);
  void find_all(std::size_t number, const MatchView& view, Span part, ContextWords& words,
                std::vector<Finding>& out);
  void find_exact(const MatchView& view, Span part, std::vector<Finding>& out);
  void find_hashed(const MatchView& view, Span part, std::vector<Finding>& out);
  void find_encoded(const MatchView& view, Span part, std::vector<Finding>& out);
  bool take_encoded(const std::string& decoded, const Finding& place, std::vector<Finding>& out);
  Accepted accepted(const RuleSet::Compiled& rule, const MatchView& view, Span value,
                    ContextWords& words) const;
  static bool satisfies(const Rule& rule, std::string_view text, Span value, bool named);
  bool is_cut(const MatchView& view, std::size_t end) const;
  bool open_before(const Rule& rule, const MatchView& view, std::size_t begin) const;
  bool open_behind(const Rule& rule, const MatchView& view, std::size_t end) const;
  bool has_joint(const MatchView& view, std::size_t at) const;
  bool is_named(const RuleSet::Compiled& rule, Span value, ContextWords& words) const;

  const RuleSet& rules_;
  std::string_view member_;
  std::span<const std::size_t> junctions_;
  bool goes_on_;
  int depth_ = 0;  ///< of encodings
};

}  // namespace tollgate::redaction
