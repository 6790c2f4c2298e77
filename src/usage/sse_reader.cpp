// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sse_reader.hpp"

#include "plain_event.hpp"

namespace tollgate::usage {
namespace {

constexpr std::string_view kDone = "[DONE]";

}  // namespace

void SseReader::feed(std::string_view bytes) {
  for (;;) {
    const SseFramer::Token token = framer_.next(bytes);
    bytes.remove_prefix(token.raw.size());
    switch (token.kind) {
      case SseFramer::Kind::need_more:
        return;
      case SseFramer::Kind::event:
        take_event(token.data);
        break;
      case SseFramer::Kind::data:
        take_data(token.data);
        break;
      case SseFramer::Kind::end:
        dispatch();
        break;
      case SseFramer::Kind::other:
      case SseFramer::Kind::outside:
        break;
    }
  }
}

void SseReader::take_event(std::string_view data) {
  if (events_.may_skip_plain()) {
    const PlainEvent event = read_plain_event(data);
    if (event.plain && (!wants_text_ || event.text_known)) {
      if (!event.text.empty()) events_.take_text(event.text);
      return;
    }
  }
  take_data(data);
  dispatch();
}

void SseReader::take_data(std::string_view data) {
  if (head_.size() <= kDone.size()) head_.append(data.substr(0, kDone.size() + 1 - head_.size()));
  scanner_.feed(data);
}

/// An event without data is none (a comment that keeps the connection alive), and what is no JSON
/// says nothing.
void SseReader::dispatch() {
  if (head_.empty()) return;
  if (head_ == kDone) {
    has_said_ = true;
    events_.on_done();
  } else if (scanner_.is_json()) {
    has_said_ = true;
    events_.on_event(scanner_);
  }
  scanner_.reset();
  head_.clear();
}

}  // namespace tollgate::usage
