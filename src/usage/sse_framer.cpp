// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/sse_framer.hpp"

#include <utility>

#include "line_end.hpp"

namespace tollgate::usage {
namespace {

constexpr std::string_view kName = "data";
constexpr std::string_view kBom = "\xEF\xBB\xBF";

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

/// The value of a line that is a whole data line.
std::optional<std::string_view> data_of(std::string_view line) {
  if (!line.starts_with(kName)) return std::nullopt;
  line.remove_prefix(kName.size());
  if (line.empty()) return line;  // a name without a colon has an empty value
  if (line.front() != ':') return std::nullopt;
  line.remove_prefix(1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

}  // namespace

std::optional<SseFramer::Token> SseFramer::whole_event(std::string_view bytes, bool ended) {
  std::optional<std::string_view> data;
  for (std::size_t at = 0;;) {
    const std::size_t end = at + find_line_end(bytes.substr(at));
    if (end == bytes.size()) return std::nullopt;
    std::size_t next = end + 1;
    if (bytes[end] == '\r') {
      if (next == bytes.size() && !ended) return std::nullopt;  // its LF may follow
      if (next < bytes.size() && bytes[next] == '\n') ++next;
    }
    if (end == at) {
      if (!data) return std::nullopt;
      return Token{Kind::event, bytes.substr(0, next), *data};
    }
    if (const auto value = data_of(bytes.substr(at, end - at))) {
      if (data) return std::nullopt;
      data = value;
    }
    at = next;
  }
}

SseFramer::Token SseFramer::next(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (at_stream_start_) {
    const Token bom = skip_bom(bytes);
    if (bom.kind != Kind::need_more) return bom;
  }
  if (after_cr_) {
    after_cr_ = false;
    if (bytes.front() == '\n') {
      return {between_events_ ? Kind::outside : Kind::other, bytes.substr(0, 1), {}};
    }
  }
  if (between_events_ && line_ == Line::start) {
    if (const auto event = whole_event(bytes)) return *event;
  }
  if (line_ == Line::start || line_ == Line::name) return in_name(bytes);
  if (line_ == Line::value) {
    line_ = Line::data;
    if (bytes.front() == ' ') return {Kind::other, bytes.substr(0, 1), {}};
  }
  const std::size_t end = find_line_end(bytes);
  if (end == 0) return end_line(bytes);
  const std::string_view raw = bytes.substr(0, end);
  return line_ == Line::data ? Token{Kind::data, raw, raw} : Token{Kind::other, raw, {}};
}

/// A mark that breaks off belongs to the name of a field that nobody knows.
SseFramer::Token SseFramer::skip_bom(std::string_view bytes) {
  std::size_t taken = 0;
  while (taken < bytes.size() && bom_matched_ < kBom.size() && bytes[taken] == kBom[bom_matched_]) {
    ++taken;
    ++bom_matched_;
  }
  const bool broken = taken < bytes.size() && bom_matched_ < kBom.size();
  at_stream_start_ = !broken && bom_matched_ < kBom.size();
  if (broken && bom_matched_ > 0) {
    line_ = Line::ignored;
    between_events_ = false;
  }
  return taken == 0 ? Token{} : Token{Kind::outside, bytes.substr(0, taken), {}};
}

SseFramer::Token SseFramer::in_name(std::string_view bytes) {
  if (is_line_end(bytes.front())) return end_line(bytes);
  between_events_ = false;
  line_ = Line::name;
  std::size_t taken = 0;
  while (taken < bytes.size() && name_matched_ < kName.size() &&
         bytes[taken] == kName[name_matched_]) {
    ++taken;
    ++name_matched_;
  }
  if (taken == bytes.size()) return {Kind::other, bytes, {}};
  const bool whole_name = name_matched_ == kName.size();
  if (whole_name && bytes[taken] == ':') {
    line_ = Line::value;
    const std::string_view raw = bytes.substr(0, taken + 1);
    return std::exchange(has_data_, true) ? Token{Kind::data, raw, "\n"}
                                          : Token{Kind::other, raw, {}};
  }
  if (!whole_name || !is_line_end(bytes[taken])) line_ = Line::ignored;
  return taken > 0 ? Token{Kind::other, bytes.substr(0, taken), {}} : next(bytes);
}

SseFramer::Token SseFramer::end_line(std::string_view bytes) {
  const std::string_view raw = bytes.substr(0, 1);
  after_cr_ = raw.front() == '\r';
  const bool empty = line_ == Line::start;
  // "data" alone on its line is a data line with nothing in it.
  const bool bare = line_ == Line::name && name_matched_ == kName.size();
  line_ = Line::start;
  name_matched_ = 0;
  if (empty) {
    between_events_ = true;
    has_data_ = false;
    return {Kind::end, raw, {}};
  }
  if (!bare) return {Kind::other, raw, {}};
  return std::exchange(has_data_, true) ? Token{Kind::data, raw, "\n"}
                                        : Token{Kind::other, raw, {}};
}

}  // namespace tollgate::usage
