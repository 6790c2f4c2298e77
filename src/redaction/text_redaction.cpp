// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/text_redaction.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "binary_runs.hpp"
#include "block_scan.hpp"
#include "rule_table.hpp"
#include "split_output.hpp"
#include "tails.hpp"

namespace tollgate::redaction {
namespace {

/// The text is searched in blocks of one size, whatever the steps are, so that these change
/// nothing. A block is looked at from a little before it, for neighbours and context, to a little
/// behind it, for values that begin in it.
constexpr std::size_t kBlock = 8 * 1024;
constexpr std::size_t kBefore = 256;
constexpr std::size_t kBehind = 2 * 1024;  ///< more where a given secret is longer
/// A value that goes on behind that is taken out unread, so much at once.
constexpr std::size_t kUnread = 64 * 1024;

/// Back to where a UTF-8 character begins.
std::size_t at_character(std::string_view text, std::size_t at) {
  for (int i = 0;
       i < 3 && at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
       ++i) {
    --at;
  }
  return at;
}

}  // namespace

/// `at_` is how far the text has been copied or replaced. Until the next long run of base64 the
/// text is searched in blocks; the run itself is read on its own (`binary_`), and searched like any
/// other text if it is one in the end. What belongs to a value that is longer than a block is
/// passed over (`unread_`).
class TextRedaction::Impl {
 public:
  Impl(const Rules& rules, Replacer& replacer, std::string text, std::string_view member)
      : Impl(rules, replacer, 1, member) {
    text_ = std::move(text);
    out_.ends_at(text_.size());
  }
  Impl(const Rules& rules, Replacer& replacer, const std::vector<std::string>& parts,
       std::string_view member)
      : Impl(rules, replacer, parts.size(), member) {
    for (const std::string& part : parts) {
      if (!text_.empty()) junctions_.push_back(text_.size());
      text_ += part;
      out_.ends_at(text_.size());
    }
  }
  /// One that takes nothing out, but notes what it would (found_).
  Impl(const Rules& rules, std::string text, std::vector<std::size_t> junctions)
      : Impl(rules, unused_, 1, {}) {
    text_ = std::move(text);
    junctions_ = std::move(junctions);
    found_.emplace();
  }

  bool step(std::size_t bytes) {
    for (std::size_t done = 0; at_ < text_.size() && done < bytes;) done += go_on();
    return at_ >= text_.size();
  }

  std::vector<std::string> take() { return out_.take(); }
  std::vector<Finding> found() { return *std::move(found_); }

 private:
  Impl(const Rules& rules, Replacer& replacer, std::size_t parts, std::string_view member)
      : rules_(rules.set()),
        replacer_(replacer),
        member_(member),
        out_(parts),
        behind_(std::max(kBehind, rules_.longest_coded_secret())),
        block_(std::max(kBlock, behind_)) {}

  /// Does the next piece of work. Returns how many bytes it has read.
  std::size_t go_on() {
    const std::size_t before = at_;
    if (unread_ != Tail::none) {
      pass_over();
    } else if (binary_) {
      if (binary_->step(text_, kBlock)) end_binary();
      return kBlock;
    } else if (!begin_binary()) {
      search();
    }
    return at_ - before;
  }

  /// Whether a long run begins right here.
  bool begin_binary() {
    if (at_ < text_until_) return false;
    if (text_.size() - at_ < kShortestLongRun) {
      text_until_ = text_.size();
      return false;
    }
    // A run that begins a little later may have its type here.
    const std::size_t to = std::min(text_.size(), at_ + block_);
    const std::optional<LongRun> run =
        find_long_run(text_, at_, std::min(text_.size(), to + kLongestType));
    text_until_ = run ? run->begin : to;
    if (!run || run->begin > at_) return false;
    binary_.emplace(*run);
    return true;
  }

  void end_binary() {
    const LongRun run = binary_->run();
    if (const auto description = binary_->description(text_, replacer_)) {
      if (!found_) out_.add(*description, at_);
      at_ = run.end;
    }
    text_until_ = run.end;
    binary_.reset();
  }

  /// Searches one block from `at_` on and copies it.
  void search() {
    const std::size_t most = std::min(text_until_, at_ + block_);
    const std::size_t until = std::max(at_character(text_, most), at_ + 1);
    const std::size_t end = at_character(text_, std::min(until + behind_, text_.size()));
    write(find(until, end), until);
  }

  /// What begins in the text from `at_` to `until`, or overlaps with that; `end`: how far to look.
  std::vector<Finding> find(std::size_t until, std::size_t end) {
    const std::size_t begin = at_character(text_, at_ > kBefore ? at_ - kBefore : 0);
    std::vector<std::size_t> junctions;
    for (auto at = std::lower_bound(junctions_.begin(), junctions_.end(), begin);
         at != junctions_.end() && *at < end; ++at) {
      junctions.push_back(*at - begin);
    }
    BlockScan scan(rules_, member_, junctions, end < text_.size());
    std::vector<Finding> found =
        scan.find(std::string_view(text_).substr(begin, end - begin), at_ - begin, until - begin);
    for (Finding& one : found) {
      one.begin += begin;
      one.end += begin;
    }
    return found;
  }

  void write(const std::vector<Finding>& found, std::size_t until) {
    for (const Finding& one : found) {
      if (found_) {
        found_->push_back(one);
      } else {
        out_.copy(text_, at_, one.begin);
        out_.add(replacer_.replacement(one.rule, one.value), one.begin);
      }
      at_ = one.end;
      if (one.cut) unread_ = one.tail;
    }
    if (at_ < until) {
      if (!found_) out_.copy(text_, at_, until);
      at_ = until;
    }
  }

  void pass_over() {
    const std::size_t to = std::min(text_.size(), at_ + kUnread);
    at_ = tail_end(unread_, std::string_view(text_).substr(0, to), {at_, at_, to < text_.size()});
    if (at_ < to) unread_ = Tail::none;
    if (found_) found_->back().end = at_;
  }

  const RuleSet& rules_;
  Replacer unused_;  ///< of one that finds
  Replacer& replacer_;
  std::string member_;
  std::string text_;
  std::vector<std::size_t> junctions_;
  SplitOutput out_;
  std::size_t behind_;  ///< how far behind a block to look
  std::size_t block_;   ///< not much less than that, or texts would be read many times
  std::size_t at_ = 0;
  std::size_t text_until_ = 0;  ///< no long run begins before it, but for one found to be text
  std::optional<BinaryReader> binary_;
  Tail unread_ = Tail::none;
  std::optional<std::vector<Finding>> found_;  ///< none: it takes them out
};

TextRedaction::TextRedaction(const Rules& rules, Replacer& replacer, std::string text,
                             std::string_view member)
    : impl_(std::make_unique<Impl>(rules, replacer, std::move(text), member)) {}

TextRedaction::TextRedaction(const Rules& rules, Replacer& replacer,
                             const std::vector<std::string>& parts, std::string_view member)
    : impl_(std::make_unique<Impl>(rules, replacer, parts, member)) {}

TextRedaction::TextRedaction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TextRedaction TextRedaction::finding(const Rules& rules, std::string text,
                                     std::vector<std::size_t> junctions) {
  return TextRedaction(std::make_unique<Impl>(rules, std::move(text), std::move(junctions)));
}

TextRedaction::TextRedaction(TextRedaction&&) noexcept = default;
TextRedaction::~TextRedaction() = default;

bool TextRedaction::step(std::size_t bytes) { return impl_->step(bytes); }

std::vector<std::string> TextRedaction::take() { return impl_->take(); }

std::vector<Finding> TextRedaction::found() { return impl_->found(); }

std::string redact_text(const Rules& rules, Replacer& replacer, std::string text,
                        std::string_view member) {
  CleanWords& clean = rules.set().clean_words();
  if (clean.has(member, text)) return text;
  TextRedaction redaction(rules, replacer, text, member);
  while (!redaction.step()) {
  }
  std::string out = std::move(redaction.take().front());
  if (out == text) clean.add(member, text);
  return out;
}

}  // namespace tollgate::redaction
