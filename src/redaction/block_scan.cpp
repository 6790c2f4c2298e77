// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "block_scan.hpp"

#include <algorithm>
#include <array>

#include "encoded_runs.hpp"
#include "rule_table.hpp"
#include "tails.hpp"
#include "unescape.hpp"

namespace tollgate::redaction {
namespace {

constexpr int kDeepest = 3;
/// How far from a value its context words may stand.
constexpr std::size_t kContextBefore = 64;
constexpr std::size_t kContextBehind = 32;

/// The first byte of the view that stood at `from` in the source or behind it.
std::size_t first_at(const MatchView& view, std::size_t from) {
  std::size_t low = 0;
  std::size_t high = view.text().size();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (view.source_begin(middle) < from) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

bool has_form(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return !is_letter(c) && !is_digit(c); });
}

}  // namespace

std::vector<Finding> BlockScan::find(std::string_view block, std::size_t from) {
  std::vector<Finding> out;
  scan(block, from, out);
  return out;
}

void BlockScan::scan(std::string_view text, std::size_t from, std::vector<Finding>& out) {
  scan_view(normalise(text), from, out);
  if (has_escapes(text)) scan_view(normalise(unescaped(text)), from, out);
}

void BlockScan::scan_view(const MatchView& view, std::size_t from, std::vector<Finding>& out) {
  const std::size_t begin = first_at(view, from);
  for (const std::size_t number : rules_.candidates(view.text(), member_)) {
    find_all(number, view, begin, out);
  }
  find_exact(view, begin, out);
  if (depth_ < kDeepest) find_encoded(view, begin, out);
}

void BlockScan::find_all(std::size_t number, const MatchView& view, std::size_t from,
                         std::vector<Finding>& out) {
  const RuleSet::Compiled& compiled = rules_.rules()[number];
  const Rule& rule = compiled.rule;
  const std::string& text = view.text();
  std::array<re2::StringPiece, 2> groups;
  const int wanted = std::min(compiled.regex->NumberOfCapturingGroups(), 1) + 1;
  const std::size_t least = from;
  // What must stand before a value may have been passed already: `Authorization: `.
  if (wanted == 2) from = 0;
  while (from < text.size() && compiled.regex->Match(text, from, text.size(), re2::RE2::UNANCHORED,
                                                     groups.data(), wanted)) {
    const re2::StringPiece& value = wanted == 2 && !groups[1].empty() ? groups[1] : groups[0];
    const auto begin = static_cast<std::size_t>(value.data() - text.data());
    const auto match = static_cast<std::size_t>(groups[0].data() - text.data());
    from = next_character(text, match);
    if (value.empty()) continue;
    if (!open_before(rule, view, begin)) {
      // Within a word no match can begin before that ends.
      while (match == begin && from < text.size() && !open_before(rule, view, from)) ++from;
      continue;
    }
    const std::size_t longest = tail_end(rule.tail, text, begin + value.size());
    const bool named = is_named(compiled, view, {begin, longest});
    const std::size_t end = accepted_end(compiled, view, {begin, longest}, named);
    // A tail makes a value of any length; its inner parts are none where it is none.
    if (rule.tail != Tail::none) from = longest;
    if (end == begin) continue;
    from = std::max(from, end);
    const std::string_view found = std::string_view(text).substr(begin, end - begin);
    if (begin < least || (rule.kind == RuleClass::personal && rules_.allows(found))) continue;
    out.push_back(Finding{view.source_begin(begin), view.source_end(end), rule.name, rule.kind,
                          number + 1, named, spelled(rule.spelling, found)});
  }
}

std::size_t BlockScan::accepted_end(const RuleSet::Compiled& compiled, const MatchView& view,
                                    Span value, bool named) const {
  const Rule& rule = compiled.rule;
  const std::string_view text = view.text();
  if ((rule.needs == Needs::context || rule.needs == Needs::member) && !named) return value.begin;
  const bool shortens = rule.holds != nullptr && rule.tail == Tail::none;
  for (std::size_t end = value.end; end > value.begin; --end) {
    const std::string_view found = text.substr(value.begin, end - value.begin);
    const bool bare = rule.needs == Needs::context_or_form && !named &&
                      !(has_form(found) && stands_alone(text, value.begin, end));
    const bool part = rule.needs == Needs::alone && !stands_alone(text, value.begin, end);
    // A value does not end with a separator: the next shorter one is the same.
    const bool separator = shortens && (text[end - 1] == ' ' || text[end - 1] == '-');
    if (!separator && !bare && !part && open_behind(rule, view, end) &&
        (rule.holds == nullptr || rule.holds(found))) {
      return end;
    }
    if (!shortens) break;
  }
  return value.begin;
}

bool BlockScan::has_joint(const MatchView& view, std::size_t at) const {
  if (view.gap_at(at)) return true;
  return depth_ == 0 &&
         std::binary_search(junctions_.begin(), junctions_.end(), view.source_begin(at));
}

bool BlockScan::open_before(const Rule& rule, const MatchView& view, std::size_t begin) const {
  return fits_before(rule.beside, view.text(), begin) || has_joint(view, begin);
}

bool BlockScan::open_behind(const Rule& rule, const MatchView& view, std::size_t end) const {
  return fits_behind(rule.beside, view.text(), end) || has_joint(view, end);
}

bool BlockScan::is_named(const RuleSet::Compiled& compiled, const MatchView& view,
                         Span value) const {
  if (compiled.context.empty()) return false;
  if (names_any(member_, compiled.context)) return true;
  if (compiled.rule.needs == Needs::member) return false;
  const std::string_view text = view.text();
  const std::size_t begin = value.begin > kContextBefore ? value.begin - kContextBefore : 0;
  return has_word(text.substr(begin, value.begin - begin), compiled.context) ||
         has_word(text.substr(value.end, kContextBehind), compiled.context);
}

void BlockScan::find_exact(const MatchView& view, std::size_t from, std::vector<Finding>& out) {
  const std::string& text = view.text();
  while (const auto match = rules_.secrets().find(text, from)) {
    out.push_back(Finding{view.source_begin(match->begin), view.source_end(match->end),
                          kExactSecret, RuleClass::secret, 0, true,
                          text.substr(match->begin, match->end - match->begin)});
    from = match->end;
  }
}

void BlockScan::find_encoded(const MatchView& view, std::size_t from, std::vector<Finding>& out) {
  each_encoded_run(view.text(), from, [&](const EncodedRun& run) {
    Finding place;
    place.begin = view.source_begin(run.begin);
    place.end = view.source_end(run.end);
    return take_encoded(run.decoded, std::move(place), out);
  });
}

bool BlockScan::take_encoded(const std::string& decoded, Finding place, std::vector<Finding>& out) {
  std::vector<Finding> inner;
  ++depth_;
  scan(decoded, 0, inner);
  --depth_;
  if (inner.empty()) return false;
  Finding best = *std::min_element(inner.begin(), inner.end(), outranks);
  best.begin = place.begin;
  best.end = place.end;
  out.push_back(std::move(best));
  return true;
}

}  // namespace tollgate::redaction
