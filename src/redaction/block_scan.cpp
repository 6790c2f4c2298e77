// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "block_scan.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "encoded_runs.hpp"
#include "rule_table.hpp"
#include "tails.hpp"
#include "tollgate/base/hashed_key.hpp"
#include "unescape.hpp"

namespace tollgate::redaction {
namespace {

constexpr int kDeepest = 3;
/// How far from a value its context words may stand.
constexpr std::size_t kContextBefore = 64;
constexpr std::size_t kContextBehind = 32;
/// How much further to look at first for what overlaps with a value that reaches out of its part.
constexpr std::size_t kFirstMore = 256;

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

bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }

bool has_form(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return !is_letter(c) && !is_digit(c); });
}

}  // namespace

std::vector<Finding> BlockScan::find(std::string_view block, std::size_t from, std::size_t until) {
  std::vector<Look> looks = looks_at(block);
  std::vector<Finding> out;
  std::size_t more = kFirstMore;
  for (Span part{from, until}; part.begin < part.end; more *= 2) {
    for (Look& look : looks) scan(look, part, out);
    out = put_together(std::move(out));
    const bool overlaps = !out.empty() && out.back().end > part.end;
    part = {part.end, overlaps ? std::max(out.back().end, part.end + more) : part.end};
  }
  // Those of the last rounds that nothing before them reached.
  const auto behind =
      std::find_if(out.begin(), out.end(), [&](const Finding& one) { return one.begin >= until; });
  out.erase(behind, out.end());
  return out;
}

std::vector<BlockScan::Look> BlockScan::looks_at(std::string_view text) const {
  const TextBytes bytes(text);
  std::vector<Look> out;
  if (bytes.plain()) {
    out.push_back(look_at(MatchView::plain(text), bytes));
  } else {
    add_looks(text, out);
  }
  if (bytes.has_any(kEscapeBegins) && has_escapes(text)) add_looks(unescaped(text), out);
  return out;
}

template <class Text>
void BlockScan::add_looks(const Text& text, std::vector<Look>& looks) const {
  MatchView view = normalise(text, Doubtful::line_end);
  const bool in_doubt = view.in_doubt();
  looks.push_back(look_at(std::move(view)));
  if (in_doubt) looks.push_back(look_at(normalise(text, Doubtful::nothing)));
}

BlockScan::Look BlockScan::look_at(MatchView view) const {
  const TextBytes bytes(view.text());
  return look_at(std::move(view), bytes);
}

BlockScan::Look BlockScan::look_at(MatchView view, const TextBytes& bytes) const {
  Look out{std::make_unique<const MatchView>(std::move(view)), bytes, {}};
  for (const std::size_t number : rules_.candidates(out.view->text(), bytes, member_)) {
    out.rules.push_back({number, {*out.view, rules_.rules()[number].context}});
  }
  return out;
}

void BlockScan::scan(Look& look, Span part, std::vector<Finding>& out) {
  const MatchView& view = *look.view;
  const Span here{first_at(view, part.begin), first_at(view, part.end)};
  for (Candidate& rule : look.rules) find_all(rule.number, view, here, rule.words, out);
  const std::size_t word = look.bytes.longest_word();
  if (word >= rules_.secrets().shortest_word()) find_exact(view, here, out);
  if (word >= kShortestKey) find_hashed(view, here, out);
  if (depth_ < kDeepest && word >= kShortestRun) find_encoded(view, here, out);
}

void BlockScan::find_all(std::size_t number, const MatchView& view, Span part, ContextWords& words,
                         std::vector<Finding>& out) {
  const RuleSet::Compiled& compiled = rules_.rules()[number];
  const Rule& rule = compiled.rule;
  const std::string& text = view.text();
  std::array<re2::StringPiece, 2> groups;
  const int wanted = std::min(compiled.regex->NumberOfCapturingGroups(), 1) + 1;
  // What must stand before a value may have been passed already: `Authorization: `.
  std::size_t from = wanted == 2 ? 0 : part.begin;
  while (from < part.end && compiled.regex->Match(text, from, text.size(), re2::RE2::UNANCHORED,
                                                  groups.data(), wanted)) {
    const re2::StringPiece& value = wanted == 2 && !groups[1].empty() ? groups[1] : groups[0];
    const auto begin = static_cast<std::size_t>(value.data() - text.data());
    const auto match = static_cast<std::size_t>(groups[0].data() - text.data());
    if (match >= part.end) return;
    from = next_character(text, match);
    if (value.empty()) continue;
    if (!open_before(rule, view, begin)) {
      // Within a word no match can begin before that ends.
      while (match == begin && from < text.size() && !open_before(rule, view, from)) ++from;
      continue;
    }
    const std::size_t longest =
        tail_end(rule.tail, text, {begin, begin + value.size(), goes_on_ && depth_ == 0});
    const Accepted found = accepted(compiled, view, {begin, longest}, words);
    // A tail makes a value of any length; its inner parts are none where it is none.
    if (rule.tail != Tail::none) from = std::max(from, longest);
    if (found.end == begin) continue;
    from = std::max(from, found.end);
    const std::string_view spelling = std::string_view(text).substr(begin, found.end - begin);
    const bool stays = rule.kind == RuleClass::personal &&
                       (rules_.allows(spelling) ||
                        (rule.holds != nullptr && lies_in_uuid(text, begin, found.end)));
    if (begin < part.begin || begin >= part.end || stays) continue;
    const bool cut = is_cut(view, found.end);
    out.push_back(Finding{view.source_begin(begin), view.source_end(found.end), rule.name,
                          rule.kind, number + 1, found.named, cut,
                          rule.tail == Tail::none ? rule.beyond_block : rule.tail,
                          spelled(rule.spelling, spelling)});
  }
}

bool BlockScan::is_cut(const MatchView& view, std::size_t end) const {
  // A character may have been cut off where the block ends.
  return goes_on_ && depth_ == 0 && end + 4 > view.text().size();
}

BlockScan::Accepted BlockScan::accepted(const RuleSet::Compiled& compiled, const MatchView& view,
                                        Span value, ContextWords& words) const {
  const Rule& rule = compiled.rule;
  const std::string_view text = view.text();
  const bool shortens = rule.holds != nullptr && rule.tail == Tail::none;
  // What the rest of it would say is not known.
  const bool cut = rule.tail != Tail::none && is_cut(view, value.end);
  std::size_t letters = 0;
  if (shortens)
    letters = static_cast<std::size_t>(
        std::count_if(text.begin() + static_cast<std::ptrdiff_t>(value.begin),
                      text.begin() + static_cast<std::ptrdiff_t>(value.end), is_letter_or_digit));
  std::optional<bool> named;
  for (std::size_t end = value.end; end > value.begin && letters >= rule.shortest; --end) {
    const std::string_view found = text.substr(value.begin, end - value.begin);
    // A value does not end with a separator: the next shorter one is the same.
    const bool separator = shortens && (text[end - 1] == ' ' || text[end - 1] == '-');
    if (!separator && open_behind(rule, view, end) &&
        (cut || rule.holds == nullptr || rule.holds(found))) {
      if (!named) named = is_named(compiled, value, words);
      if (satisfies(rule, text, {value.begin, end}, *named)) return {end, *named};
    }
    if (!shortens) break;
    if (is_letter_or_digit(text[end - 1])) --letters;
  }
  return {value.begin, false};
}

bool BlockScan::satisfies(const Rule& rule, std::string_view text, Span value, bool named) {
  switch (rule.needs) {
    case Needs::nothing:
      return true;
    case Needs::context:
    case Needs::member:
    case Needs::member_called:
      return named;
    case Needs::context_or_form:
      return named || (has_form(text.substr(value.begin, value.end - value.begin)) &&
                       stands_alone(text, value.begin, value.end));
    case Needs::alone:
      return stands_alone(text, value.begin, value.end);
  }
  return false;
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

bool BlockScan::is_named(const RuleSet::Compiled& compiled, Span value, ContextWords& words) const {
  if (compiled.context.empty()) return false;
  if (compiled.rule.needs == Needs::member_called) return called_any(member_, compiled.context);
  if (names_any(member_, compiled.context)) return true;
  if (compiled.rule.needs == Needs::member) return false;
  const std::size_t begin = value.begin > kContextBefore ? value.begin - kContextBefore : 0;
  return words.any_within(begin, value.begin) ||
         words.any_within(value.end, value.end + kContextBehind);
}

void BlockScan::find_exact(const MatchView& view, Span part, std::vector<Finding>& out) {
  const ExactSecrets& secrets = rules_.secrets();
  const std::string_view text =
      std::string_view(view.text()).substr(0, part.end + secrets.longest());
  ExactSecrets::Match last;
  for (auto match = secrets.find(text, part.begin, part.begin); match;
       match = secrets.find(text, part.begin, match->end)) {
    if (match->begin >= part.end) continue;
    // Of a run of one letter, which is full of a secret of that letter, one for each length.
    const std::size_t size = match->end - match->begin;
    if (match->begin < last.end && size <= last.end - last.begin) {
      out.back().end = view.source_end(last.end = match->end);
      last.begin = last.end - size;
      continue;
    }
    last = *match;
    out.push_back(Finding{.begin = view.source_begin(match->begin),
                          .end = view.source_end(match->end),
                          .rule = kExactSecret,
                          .kind = RuleClass::secret,
                          .named = true,
                          .value = std::string(text.substr(match->begin, size))});
  }
}

void BlockScan::find_hashed(const MatchView& view, Span part, std::vector<Finding>& out) {
  const HashedKeys& keys = rules_.hashed_keys();
  const std::string_view text = view.text();
  for (auto match = keys.find(text, part.begin, part.end); match;
       match = keys.find(text, match->end, part.end)) {
    out.push_back(
        Finding{.begin = view.source_begin(match->begin),
                .end = view.source_end(match->end),
                .rule = kExactSecret,
                .kind = RuleClass::secret,
                .named = true,
                .value = std::string(text.substr(match->begin, match->end - match->begin))});
  }
}

void BlockScan::find_encoded(const MatchView& view, Span part, std::vector<Finding>& out) {
  each_encoded_run(view.text(), part.begin, part.end, [&](const EncodedRun& run) {
    Finding place;
    place.begin = view.source_begin(run.begin);
    place.end = view.source_end(run.end);
    place.cut = is_cut(view, run.end);
    return take_encoded(run.decoded, place, out);
  });
}

bool BlockScan::take_encoded(const std::string& decoded, const Finding& place,
                             std::vector<Finding>& out) {
  std::vector<Finding> inner;
  ++depth_;
  for (Look& look : looks_at(decoded)) scan(look, {0, decoded.size()}, inner);
  --depth_;
  if (inner.empty()) return false;
  Finding best = *std::min_element(inner.begin(), inner.end(), outranks);
  best.begin = place.begin;
  best.end = place.end;
  best.cut = place.cut;
  best.tail = Tail::base64;
  out.push_back(std::move(best));
  return true;
}

}  // namespace tollgate::redaction
