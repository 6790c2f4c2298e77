// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reply_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

namespace tollgate::redis {
namespace {

constexpr std::string_view kEnd = "\r\n";

Error broken(const char* what) { return {Errc::protocol, what}; }
Error too_large() { return {Errc::too_large, "a reply of the store is beyond all bounds"}; }

std::optional<std::int64_t> number_in(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(out) : std::nullopt;
}

/// Of a value that is one line; nullopt: there is no such type.
std::optional<Reply> simple_value(char type, std::string_view text) {
  switch (type) {
    case '+':
    case ',':
    case '(':
      return Reply::of(std::string(text));
    case '-':
      return Reply::error(std::string(text));
    case ':':
      if (const auto number = number_in(text)) return Reply::of(*number);
      return std::nullopt;
    case '#':
      if (text == "t" || text == "f") return Reply::of(std::int64_t{text == "t"});
      return std::nullopt;
    case '_':
      if (text.empty()) return Reply::nil();
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

bool is_bulk(char type) { return type == '$' || type == '!' || type == '='; }
bool is_aggregate(char type) { return type == '*' || type == '~' || type == '%'; }

}  // namespace

Result<std::optional<std::string_view>> ReplyReader::line() {
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  const std::size_t end = rest.find('\n', searched_);
  if (end == std::string_view::npos) {
    searched_ = rest.size();
    if (rest.size() > bounds_.line) return too_large();
    return std::nullopt;
  }
  if (end > bounds_.line) return too_large();
  if (end < 2 || rest[end - 1] != '\r') return broken("a reply's line has no end");
  const std::string_view text = rest.substr(0, end - 1);
  if (text.find('\r') != std::string_view::npos) return broken("a reply's line has two ends");
  return std::optional(text);
}

void ReplyReader::consume(std::size_t bytes) {
  constexpr std::size_t kKeep = 16UL * 1024;
  begin_ += bytes;
  bytes_ += bytes;
  searched_ = 0;
  if (begin_ < buffer_.size() && begin_ < kKeep) return;
  buffer_.erase(0, begin_);
  begin_ = 0;
}

std::optional<Reply> ReplyReader::place(Reply value) {
  while (!open_.empty()) {
    Open& innermost = open_.back();
    innermost.array.items.push_back(std::move(value));
    if (--innermost.missing > 0) return std::nullopt;
    value = std::move(innermost.array);
    open_.pop_back();
  }
  return value;
}

Result<std::optional<Reply>> ReplyReader::bulk(char type, std::string_view length,
                                               std::size_t line_size) {
  constexpr std::size_t kFormat = 4;  // "txt:"
  const auto size = number_in(length);
  if (!size || *size < -1 || (*size == -1 && type != '$')) return broken("no length of a text");
  if (*size == -1) {
    consume(line_size);
    return std::optional(Reply::nil());
  }
  const auto count = static_cast<std::size_t>(*size);
  if (count > bounds_.bytes || bytes_ + count > bounds_.bytes) return too_large();
  const std::string_view rest = std::string_view(buffer_).substr(begin_ + line_size);
  if (rest.size() < count + kEnd.size()) return std::nullopt;
  if (rest.substr(count, kEnd.size()) != kEnd) return broken("a text is longer than it says");
  std::string text(rest.substr(0, count));
  consume(line_size + count + kEnd.size());
  if (type == '!') return std::optional(Reply::error(std::move(text)));
  if (type == '=') text.erase(0, kFormat);
  return std::optional(Reply::of(std::move(text)));
}

Result<std::optional<Reply>> ReplyReader::aggregate(char type, std::string_view count) {
  const auto given = number_in(count);
  if (!given || *given < -1 || (*given == -1 && type != '*')) return broken("no count of items");
  if (*given == -1) return std::optional(Reply::nil());
  if (static_cast<std::uint64_t>(*given) > bounds_.items) return too_large();
  const std::size_t items = static_cast<std::size_t>(*given) * (type == '%' ? 2 : 1);
  items_ += items;
  if (items_ > bounds_.items) return too_large();
  if (items == 0) return std::optional(Reply::of(std::vector<Reply>()));
  if (open_.size() >= bounds_.depth) return too_large();
  open_.push_back({Reply::of(std::vector<Reply>()), items});
  opened_ = true;
  return std::nullopt;
}

Result<std::optional<Reply>> ReplyReader::element() {
  Result<std::optional<std::string_view>> head = line();
  if (!head) return head.error();
  if (!*head) return std::nullopt;
  const char type = (*head)->front();
  const std::string_view text = (*head)->substr(1);
  const std::size_t size = (*head)->size() + kEnd.size();
  if (bytes_ + size > bounds_.bytes) return too_large();
  if (is_bulk(type)) return bulk(type, text, size);
  if (is_aggregate(type)) {
    Result<std::optional<Reply>> begun = aggregate(type, text);
    if (begun) consume(size);
    return begun;
  }
  std::optional<Reply> value = simple_value(type, text);
  if (!value) return broken("these bytes are no reply");
  consume(size);
  return value;
}

Result<std::optional<Reply>> ReplyReader::next() {
  for (;;) {
    opened_ = false;
    Result<std::optional<Reply>> one = element();
    if (!one) return one;
    if (!*one && opened_) continue;
    if (!*one) return std::nullopt;
    if (std::optional<Reply> whole = place(std::move(**one))) {
      bytes_ = items_ = 0;
      return whole;
    }
  }
}

}  // namespace tollgate::redis
