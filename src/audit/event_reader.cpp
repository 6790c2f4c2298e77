// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "event_reader.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/base/text.hpp"

namespace tollgate::audit {
namespace {

constexpr std::string_view kName = "event:";
constexpr std::size_t kLongestName = 128;
constexpr std::size_t kLongestLine = kLongestName + 16;
/// Behind the data of most events.
constexpr std::string_view kEnd = "\n\n";
constexpr std::size_t kLongestFrame = 256;
/// A piece of data whose files are described at once.
constexpr std::size_t kPiece = 16 * 1024;

bool is_line_end(char c) { return c == '\n' || c == '\r'; }

}  // namespace

void EventReader::feed(std::string_view bytes) {
  while (!(bytes = skip_known(bytes)).empty()) {
    const usage::SseFramer::Token token = framer_.next(bytes);
    if (token.kind == usage::SseFramer::Kind::need_more) return;
    bytes.remove_prefix(token.raw.size());
    switch (token.kind) {
      case usage::SseFramer::Kind::event:
        take_whole(token);
        break;
      case usage::SseFramer::Kind::data:
        take_piece(token);
        break;
      case usage::SseFramer::Kind::other:
        frame_piece(token.raw);
        take_line(token.raw);
        break;
      case usage::SseFramer::Kind::end:
        end_pieces(token.raw);
        break;
      default:
        break;
    }
  }
}

/// Takes events that are as the one before but for their text, which need not be framed: a data
/// line of JSON ends where the JSON does.
std::string_view EventReader::skip_known(std::string_view bytes) {
  if (behind_ != kEnd || !framer_.is_between_events()) return bytes;
  while (bytes.starts_with(before_)) {
    const std::size_t size = sink_.take_plain(bytes.substr(before_.size()), kEnd);
    if (size == 0) break;
    bytes.remove_prefix(before_.size() + size + kEnd.size());
  }
  return bytes;
}

/// An event that is framed as the one before, and of which the sink knows all but its text. `rest`:
/// its data and what stands behind.
bool EventReader::take_known(const Frame& frame, std::string_view rest) {
  const bool known = frame.before == before_ && frame.behind == behind_;
  if (known && sink_.take_plain(rest, frame.behind) > 0) return true;
  before_ = frame.before;
  behind_ = frame.behind;
  return false;
}

void EventReader::take_whole(const usage::SseFramer::Token& token) {
  const auto begin = static_cast<std::size_t>(token.data.data() - token.raw.data());
  const Frame frame{token.raw.substr(0, begin), token.raw.substr(begin + token.data.size())};
  if (take_known(frame, token.raw.substr(begin))) return;
  if (!token.raw.starts_with("data")) take_line(token.raw);
  take_all(token.data);
  dispatch();
}

/// Short data are held until they are whole: most events that come in pieces are like the others.
void EventReader::take_piece(const usage::SseFramer::Token& token) {
  const bool single = token.raw.data() == token.data.data();
  const bool fits = held_.size() + token.data.size() <= kPiece;
  if (!holds_) return take_data(token.data);
  if (single && fits && piece_behind_.empty()) {
    held_.append(token.data);
    is_held_ = true;
    return;
  }
  holds_ = false;
  read_held();
  take_data(token.data);
}

void EventReader::frame_piece(std::string_view raw) {
  std::string& frame = is_held_ ? piece_behind_ : piece_before_;
  if (frame.size() + raw.size() <= kLongestFrame) {
    frame.append(raw);
  } else if (std::exchange(holds_, false)) {
    read_held();
  }
}

void EventReader::end_pieces(std::string_view raw) {
  frame_piece(raw);
  const bool whole = holds_ && is_held_;
  if (whole && take_known({piece_before_, piece_behind_}, held_ + piece_behind_))
    return begin_event();
  if (whole) take_all(held_);
  if (!whole) behind_.clear();  // no event is framed so
  dispatch();
}

void EventReader::read_held() {
  if (std::exchange(is_held_, false)) take_data(held_);
}

void EventReader::finish() {
  read_held();
  if (any_data_) dispatch();
}

/// The whole of an event's data.
void EventReader::take_all(std::string_view data) {
  if (data.size() > kPiece || may_hold_file(data)) return take_data(data);
  any_data_ = true;
  data_.feed(data);
}

void EventReader::take_data(std::string_view data) {
  any_data_ = true;
  any_files_ = true;
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
  if (any_files_) {
    described_.clear();
    files_.finish(described_);
    data_.feed(described_);
    files_ = BinaryParts();
  }
  if (any_data_) sink_.on_event(name_, data_.finish());
  begin_event();
}

void EventReader::begin_event() {
  held_.clear();
  piece_before_.clear();
  piece_behind_.clear();
  line_.clear();
  name_.clear();
  holds_ = true;
  is_held_ = any_data_ = any_files_ = false;
}

}  // namespace tollgate::audit
