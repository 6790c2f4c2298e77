// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sse_reader.hpp"

#include <algorithm>
#include <cstring>

#include "line_end.hpp"
#include "terminal_events.hpp"

namespace tollgate::usage {
namespace {

constexpr std::string_view kDataField = "data";
constexpr std::string_view kDone = "[DONE]";
constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kUsageNull = "\"usage\":null}";

std::size_t find(std::string_view text, std::string_view what) {
  const void* const at = ::memmem(text.data(), text.size(), what.data(), what.size());
  if (at == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

bool contains(std::string_view text, std::string_view what) {
  return find(text, what) != std::string_view::npos;
}

/// So it is in every chunk of a choice but its last.
bool finish_reasons_are_null(std::string_view data) {
  constexpr std::string_view kName = "\"finish_reason\"";
  for (;;) {
    const std::size_t at = find(data, kName);
    if (at == std::string_view::npos) return true;
    data.remove_prefix(at + kName.size());
    if (data.substr(0, 5) != ":null") return false;
  }
}

/// No `type` in it ends a stream.
bool types_go_on(std::string_view data) {
  constexpr std::string_view kName = "\"type\"";
  for (;;) {
    const std::size_t at = find(data, kName);
    if (at == std::string_view::npos) return true;
    data.remove_prefix(at + kName.size());
    if (!data.starts_with(":\"")) return false;
    data.remove_prefix(2);
    const std::size_t end = data.find('"');
    if (end == std::string_view::npos || is_terminal_event(data.substr(0, end))) return false;
  }
}

/// Data that cannot change what is known: no usage, no error, no object with a status, no finish_reason, no end. Whether
/// an event is read whole depends on how the bytes were cut, so this may err on one side only.
bool is_plain(std::string_view data) {
  if (contains(data, "\"error\"") || !finish_reasons_are_null(data)) return false;
  if (!types_go_on(data)) return false;
  const std::size_t usage = find(data, "\"usage\"");
  if (usage != std::string_view::npos) {
    // Azure's ordinary chunk under include_usage
    return data.substr(usage) == kUsageNull && contains(data, "\"choices\"");
  }
  return !contains(data, "\"response\"") && !contains(data, "\"status\"");
}

}  // namespace

void SseReader::feed(std::string_view bytes) {
  while (at_stream_start_ && !bytes.empty()) {
    if (bytes.front() != kBom[bom_matched_]) {
      at_stream_start_ = false;
      // A BOM that breaks off is no field name we know: what matched of it may be dropped.
      if (bom_matched_ > 0) line_ = Line::ignored;
      break;
    }
    bytes.remove_prefix(1);
    if (++bom_matched_ == kBom.size()) at_stream_start_ = false;
  }
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') {
        bytes.remove_prefix(1);
        continue;
      }
    }
    if (line_ == Line::start) {
      const std::size_t used = feed_whole_line(bytes);
      if (used > 0) {
        bytes.remove_prefix(used);
        continue;
      }
    }
    const std::size_t end = find_line_end(bytes);
    feed_partial(bytes.substr(0, end));
    if (end == bytes.size()) return;
    after_cr_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    end_line();
  }
}

/// The fast way: "data: {...}" LF LF all in hand and plain. Returns the bytes used, 0 when it does not apply.
std::size_t SseReader::feed_whole_line(std::string_view bytes) {
  if (has_data_ || bytes.size() < 8 || bytes.substr(0, 5) != "data:") return 0;
  if (!events_.may_skip_plain()) return 0;
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos || end + 1 >= bytes.size() || bytes[end + 1] != '\n') return 0;
  const std::string_view data = bytes.substr(5, end - 5);
  if (data.find('\r') != std::string_view::npos) return 0;
  if (data == kDone || data == " [DONE]" || !is_plain(data)) return 0;
  if (!events_.take_plain(data)) return 0;
  return end + 2;
}

void SseReader::feed_partial(std::string_view bytes) {
  while (!bytes.empty()) {
    switch (line_) {
      case Line::ignored:
        return;
      case Line::data:
        feed_data(bytes);
        return;
      case Line::data_begin:
        line_ = Line::data;
        if (bytes.front() == ' ') bytes.remove_prefix(1);
        break;
      case Line::start:
      case Line::name:
        bytes = feed_name(bytes);
        break;
    }
  }
}

std::string_view SseReader::feed_name(std::string_view bytes) {
  const std::size_t colon = bytes.find(':');
  name_.append(bytes.substr(0, std::min(colon, kDataField.size() + 1)));
  line_ = Line::name;
  if (colon == std::string_view::npos) {
    if (name_.size() > kDataField.size()) line_ = Line::ignored;
    return {};
  }
  line_ = name_ == kDataField ? Line::data_begin : Line::ignored;
  if (line_ == Line::data_begin && has_data_) feed_data("\n");
  if (line_ == Line::data_begin) has_data_ = true;
  return bytes.substr(colon + 1);
}

void SseReader::feed_data(std::string_view data) {
  data_size_ += data.size();
  if (head_.size() <= kDone.size()) head_.append(data.substr(0, kDone.size() + 1 - head_.size()));
  scanner_.feed(data);
}

void SseReader::end_line() {
  const bool empty = line_ == Line::start;
  // "data" alone on its line is a data line with nothing in it.
  if (line_ == Line::name && name_ == kDataField) {
    if (has_data_) feed_data("\n");
    has_data_ = true;
  }
  line_ = Line::start;
  name_.clear();
  if (empty) dispatch();
}

void SseReader::dispatch() {
  if (has_data_) {
    if (data_size_ == kDone.size() && head_ == kDone) {
      events_.on_done();
    } else {
      events_.on_event(scanner_);
    }
    scanner_.reset();
  }
  has_data_ = false;
  head_.clear();
  data_size_ = 0;
}

}  // namespace tollgate::usage
