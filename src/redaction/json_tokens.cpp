// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_tokens.hpp"

#include "tollgate/usage/json_lexemes.hpp"

namespace tollgate::redaction {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// Whether a number or a word ends before the character.
bool ends_word(char c) {
  return is_space(c) || c == ',' || c == ':' || c == ']' || c == '}' || c == '[' || c == '{' ||
         c == '"';
}

/// The quote that ends the string whose inside begins at `at`; npos where there is none.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  while ((at = text.find('"', at)) != std::string_view::npos) {
    std::size_t first = at;
    while (first > begin && text[first - 1] == '\\') --first;
    if ((at - first) % 2 == 0) return at;
    ++at;
  }
  return at;
}

}  // namespace

JsonToken JsonTokens::next() {
  while (true) {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ == text_.size()) {
      if (expects_ != Expects::nothing) return malformed();
      return {JsonToken::Kind::end, at_, at_};
    }
    const char c = text_[at_];
    switch (expects_) {
      case Expects::value:
        return begin_value();
      case Expects::first_element:
        return c == ']' ? close(c) : begin_value();
      case Expects::first_key:
        if (c == '}') return close(c);
        [[fallthrough]];
      case Expects::key:
        expects_ = Expects::colon;
        return c == '"' ? take_text(JsonToken::Kind::key) : malformed();
      case Expects::colon:
        if (c != ':') return malformed();
        expects_ = Expects::value;
        ++at_;
        break;
      case Expects::separator:
        if (c != ',') return close(c);
        expects_ = objects_.back() ? Expects::key : Expects::value;
        ++at_;
        break;
      case Expects::nothing:
        return malformed();
    }
  }
}

JsonToken JsonTokens::begin_value() {
  const char c = text_[at_];
  if (c != '{' && c != '[') {
    value_ended();
    return c == '"' ? take_text(JsonToken::Kind::text) : take_scalar();
  }
  if (objects_.size() == kDeepest) return malformed();
  objects_.push_back(c == '{');
  expects_ = c == '{' ? Expects::first_key : Expects::first_element;
  ++at_;
  return {c == '{' ? JsonToken::Kind::open_object : JsonToken::Kind::open_array, at_ - 1, at_};
}

JsonToken JsonTokens::close(char c) {
  if (c != (objects_.back() ? '}' : ']')) return malformed();
  const bool object = objects_.back();
  objects_.pop_back();
  value_ended();
  ++at_;
  return {object ? JsonToken::Kind::close_object : JsonToken::Kind::close_array, at_ - 1, at_};
}

JsonToken JsonTokens::take_text(JsonToken::Kind kind) {
  const std::size_t quote = closing_quote(text_, at_ + 1);
  if (quote == std::string_view::npos) return malformed();
  const std::size_t begin = at_;
  at_ = quote + 1;
  return {kind, begin, at_};
}

JsonToken JsonTokens::take_scalar() {
  const std::size_t begin = at_;
  std::size_t end = at_;
  while (end < text_.size() && !ends_word(text_[end])) ++end;
  usage::JsonScalar scalar;
  const std::string_view bytes = text_.substr(begin, end - begin);
  if (!scalar.begin(bytes.empty() ? ' ' : bytes.front()) || !scalar.take(bytes.substr(1)) ||
      !scalar.complete()) {
    return malformed();
  }
  at_ = end;
  const bool number = bytes.front() == '-' || (bytes.front() >= '0' && bytes.front() <= '9');
  return {number ? JsonToken::Kind::number : JsonToken::Kind::word, begin, end};
}

}  // namespace tollgate::redaction
