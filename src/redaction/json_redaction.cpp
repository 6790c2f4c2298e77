// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/json_redaction.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "character_codes.hpp"
#include "json_number.hpp"
#include "json_text.hpp"
#include "json_walk.hpp"
#include "part_groups.hpp"
#include "rule_set.hpp"
#include "rule_table.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace tollgate::redaction {
namespace {

constexpr std::size_t kShortestNumber = 6;
/// Strings of an array up to this are looked at as pieces of one text, for what they spell
/// together; longer ones would join what does not belong together.
constexpr std::size_t kLongestPiece = 8;

bool may_be_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

}  // namespace

/// Its states: the body is checked for JSON (`checking_`); its tokens are taken one by one; or a
/// string is at hand that is searched as text (`text_`) or as JSON (`nested_`), and then written.
/// A body that is no JSON is such a text itself.
class JsonRedaction::Impl {
 public:
  Impl(const Rules& rules, Replacer& replacer, std::string body, std::string_view member, int depth)
      : rules_(rules),
        replacer_(replacer),
        body_(std::move(body)),
        member_(member),
        depth_(depth),
        tokens_(body_),
        walk_(rules.set().drops(), member_,
              depth == 0 ? SchemaPlace::body : SchemaPlace::elsewhere) {}
  Impl(const Impl&) = delete;

  bool step(std::size_t bytes) {
    for (std::size_t done = 0; !done_ && done < bytes;) {
      const std::size_t begin = at_;
      if (text_ || nested_) {
        if (!step_inner(bytes)) return false;
      } else if (checking_) {
        check();
      } else if (walk_.looks_ahead()) {
        done += walk_.look(tokens_);
      } else {
        take(tokens_.next());
      }
      // The check ends by going back to the body's begin.
      done += at_ > begin ? at_ - begin : 1;
    }
    return done_;
  }

  void take_as_checked() { checking_ = false; }

  std::string take_output() { return groups_.fill(std::move(out_)); }

 private:
  void check() {
    const JsonToken token = tokens_.next();
    at_ = token.end;
    if (token.kind == JsonToken::Kind::malformed) {
      take_as_text();
    } else if (token.kind == JsonToken::Kind::end) {
      checking_ = false;
      tokens_ = JsonTokens(body_);
      at_ = 0;
    }
  }

  void take_as_text() {
    checking_ = false;
    whole_ = true;
    groups_ = PartGroups();
    text_.emplace(rules_, replacer_, body_, member_);
  }

  void take(const JsonToken& token) {
    using Kind = JsonToken::Kind;
    at_ = token.end;
    if (token.kind == Kind::end) return finish();
    if (token.kind == Kind::malformed) return take_as_text();
    const bool is_string = token.kind == Kind::key || token.kind == Kind::text;
    std::string_view text = inside(token);
    std::optional<std::string> decoded;
    const bool plain = is_string && is_spelled_plainly(text);
    if (is_string && !plain) decoded = decode_json_text(text);
    if (decoded) text = *decoded;
    const bool was_dropped = walk_.dropped() && !walk_.drop_ended();
    walk_.take(token, is_string ? text : of(token));
    // Of what is dropped nothing is copied; where it held nothing it is, later.
    if (!was_dropped) copy_to(token.begin);
    if (walk_.drop_ended()) return write_dropped(token);
    if (walk_.dropped()) return;
    if (walk_.ended_array() > 0) return end_array(token);
    note_for_codes(token);
    // What is no string of JSON is searched as it stands, and its escapes with it.
    raw_ = is_string && !plain && !decoded;
    if (is_string) return take_text(token, text);
    if (token.kind == Kind::number) take_number(token);
  }

  /// An array that spells a text has no strings that are parts of one.
  void end_array(const JsonToken& token) {
    std::optional<CharacterCodes::Text> spelled = codes_.end();
    if (groups_.begins_in(walk_.ended_array())) return join(token);
    if (!spelled) return;
    if (depth_ == 0 && walk_.may_be_token_ids()) {
      out_.resize(spelled->place);
      return write_dropped(token);
    }
    if (spelled->elements < CharacterCodes::kShortest || spelled->spelled.empty()) return;
    array_place_ = spelled->place;
    begin_text(token, spelled->spelled);
  }

  void note_for_codes(const JsonToken& token) {
    using Kind = JsonToken::Kind;
    if (token.kind == Kind::open_array) return codes_.begin(out_.size());
    if (token.kind == Kind::number) return codes_.number(of(token));
    if (token.kind == Kind::text || token.kind == Kind::open_object) codes_.other();
  }

  void take_text(const JsonToken& token, std::string_view text) {
    const bool key = token.kind == JsonToken::Kind::key;
    if (text.empty()) return;
    const PartKind part = key || raw_ ? PartKind::none : walk_.part();
    if (part != PartKind::none) return add_part(token, walk_.array_of_part(), part, text);
    const std::size_t pieces = key || raw_ || text.size() > kLongestPiece ? 0 : walk_.array();
    if (pieces > 0) return add_part(token, pieces, PartKind::text, text);
    if (!key && !raw_ && depth_ < kDeepestNested && may_be_json(text)) {
      at_hand_ = token;
      original_ = text;
      nested_ = std::make_unique<Impl>(rules_, replacer_, std::string(text), member(), depth_ + 1);
      return;
    }
    begin_text(token, text);
  }

  void add_part(const JsonToken& token, std::size_t array, PartKind kind, std::string_view text) {
    groups_.add(array, kind, out_.size(), std::string(text));
    skip(token);
  }

  /// Fractions are measurements; these and short numbers are secrets where their member says so.
  void take_number(const JsonToken& token) {
    const std::optional<std::string> number = as_integer(of(token));
    if ((number && number->size() >= kShortestNumber) || walk_.at_secret())
      begin_text(token, number ? std::string_view(*number) : of(token));
  }

  void begin_text(const JsonToken& token, std::string_view text) {
    const bool key = token.kind == JsonToken::Kind::key;
    const std::string_view called = key ? std::string_view() : member();
    if (!raw_ && rules_.set().clean_words().has(called, text)) return;
    at_hand_member_ = called;
    at_hand_ = token;
    original_ = text;
    text_.emplace(rules_, replacer_, original_, at_hand_member_);
  }

  void join(const JsonToken& end) {
    at_hand_ = end;
    joining_ = true;
    // Parts are called so; pieces are as their array is called.
    text_.emplace(rules_, replacer_, groups_.take_texts(),
                  member().empty() || member() == "content" ? "text" : member());
  }

  /// Goes on with the string at hand. True: it has been written.
  bool step_inner(std::size_t bytes) {
    if (!(nested_ ? nested_->step(bytes) : text_->step(bytes))) return false;
    if (joining_) {
      groups_.put(text_->take());
    } else {
      write(nested_ ? nested_->take_output() : std::move(text_->take().front()));
    }
    const bool joined = std::exchange(joining_, false);
    nested_.reset();
    text_.reset();
    if (joined && groups_.begins_in(walk_.ended_array())) join(at_hand_);
    return true;
  }

  void write(std::string text) {
    if (whole_) {
      out_ = std::move(text);
      done_ = true;
    } else if (text != original_) {
      if (array_place_) out_.resize(*array_place_);
      out_ += raw_ ? "\"" + text + "\"" : encode_json_text(text);
      copied_ = at_hand_.end;
    } else if (!raw_ && !nested_) {
      rules_.set().clean_words().add(at_hand_member_, text);
    }
    raw_ = false;
    array_place_.reset();
  }

  void write_dropped(const JsonToken& token) {
    replacer_.count(kDropped);
    out_ += "\"[DROPPED]\"";
    skip(token);
  }

  void finish() {
    copy_to(body_.size());
    done_ = true;
  }

  void skip(const JsonToken& token) { copied_ = token.end; }
  void copy_to(std::size_t end) {
    out_.append(body_, copied_, end - copied_);
    copied_ = end;
  }
  std::string_view of(const JsonToken& token) const {
    return std::string_view(body_).substr(token.begin, token.end - token.begin);
  }
  std::string_view inside(const JsonToken& token) const {
    const std::string_view all = of(token);
    return all.size() < 2 ? std::string_view() : all.substr(1, all.size() - 2);
  }
  std::string_view member() const {
    return walk_.member().empty() ? std::string_view(member_) : walk_.member();
  }

  const Rules& rules_;
  Replacer& replacer_;
  std::string body_;
  std::string member_;
  int depth_;
  JsonTokens tokens_;
  JsonWalk walk_;
  PartGroups groups_;
  CharacterCodes codes_;
  /// text_ is what an array spells that begins here in out_.
  std::optional<std::size_t> array_place_;
  std::string out_;
  std::size_t at_ = 0;
  std::size_t copied_ = 0;  ///< bytes of the body that out_ has, or something in their place
  JsonToken at_hand_;       ///< what text_ or nested_ is about
  std::string original_;    ///< its text before
  std::string at_hand_member_;
  std::optional<TextRedaction> text_;
  std::unique_ptr<Impl> nested_;
  bool checking_ = true;
  bool whole_ = false;    ///< text_ is the whole body
  bool joining_ = false;  ///< text_ has the parts of an array that has ended
  bool raw_ = false;      ///< text_ has the inside of a string as it stands
  bool done_ = false;
};

JsonRedaction::JsonRedaction(const Rules& rules, Replacer& replacer, std::string body)
    : impl_(std::make_unique<Impl>(rules, replacer, std::move(body), "", 0)) {}
JsonRedaction::JsonRedaction(JsonRedaction&&) noexcept = default;
JsonRedaction::~JsonRedaction() = default;

JsonRedaction JsonRedaction::of_json(const Rules& rules, Replacer& replacer, std::string body) {
  JsonRedaction out(rules, replacer, std::move(body));
  out.impl_->take_as_checked();
  return out;
}

bool JsonRedaction::step(std::size_t bytes) { return impl_->step(bytes); }

std::string JsonRedaction::take() { return impl_->take_output(); }

std::string redact_json(const Rules& rules, Replacer& replacer, std::string body) {
  JsonRedaction redaction(rules, replacer, std::move(body));
  while (!redaction.step()) {
  }
  return redaction.take();
}

}  // namespace tollgate::redaction
