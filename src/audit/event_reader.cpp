// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "event_reader.hpp"

#include <algorithm>

#include "tollgate/base/text.hpp"

namespace tollgate::audit {
namespace {

constexpr std::string_view kName = "event:";
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestLine = kLongestName + 16;
/// A piece of data whose files are described at once.
constexpr std::size_t kPiece = 16 * 1024;

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

}  // namespace

void EventReader::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const usage::SseFramer::Token token = framer_.next(bytes);
    if (token.kind == usage::SseFramer::Kind::need_more) return;
    bytes.remove_prefix(token.raw.size());
    switch (token.kind) {
      case usage::SseFramer::Kind::event:
        if (take_whole(token)) break;
        if (!token.raw.starts_with("data")) take_line(token.raw);
        take_data(token.data);
        dispatch();
        break;
      case usage::SseFramer::Kind::data:
        take_data(token.data);
        break;
      case usage::SseFramer::Kind::other:
        take_line(token.raw);
        break;
      case usage::SseFramer::Kind::end:
        before_ = "\n";  // nothing is framed so
        dispatch();
        break;
      default:
        break;
    }
  }
}

/// An event that is framed as the one before, and of which the sink knows all but its text.
bool EventReader::take_whole(const usage::SseFramer::Token& token) {
  const auto begin = static_cast<std::size_t>(token.data.data() - token.raw.data());
  const std::string_view before = token.raw.substr(0, begin);
  const std::string_view behind = token.raw.substr(begin + token.data.size());
  if (before == before_ && behind == behind_) return sink_.take_plain(token.data);
  before_ = before;
  behind_ = behind;
  return false;
}

void EventReader::finish() {
  if (any_data_) dispatch();
}

void EventReader::take_data(std::string_view data) {
  any_data_ = true;
  while (!data.empty() && !data_.full()) {
    const std::string_view piece = data.substr(0, kPiece);
    described_.clear();
    files_.feed(piece, described_);
    data_.feed(described_);
    data.remove_prefix(piece.size());
  }
}

/// Whole lines or pieces of them; the data in a whole event's are read past.
void EventReader::take_line(std::string_view raw) {
  for (const char c : raw) {
    if (!is_line_end(c)) {
      if (line_.size() < kLongestLine) line_.push_back(c);
      continue;
    }
    std::string_view value = line_;
    if (value.starts_with(kName)) {
      value.remove_prefix(kName.size());
      if (value.starts_with(' ')) value.remove_prefix(1);
      name_ = sanitize_utf8(value, kLongestName);
    }
    line_.clear();
  }
}

void EventReader::dispatch() {
  line_.clear();
  if (any_data_) {
    described_.clear();
    files_.finish(described_);
    data_.feed(described_);
    sink_.on_event(name_, data_.finish());
    files_ = BinaryParts();
  }
  name_.clear();
  any_data_ = false;
}

}  // namespace tollgate::audit
