// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "unlabelled_events.hpp"

#include <algorithm>

#include "bounded_json.hpp"
#include "json_slice.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/body_shape.hpp"
#include "tollgate/usage/json_extent.hpp"

namespace tollgate::audit {
namespace {

constexpr std::string_view kData = "data:";
constexpr std::string_view kName = "event:";
constexpr std::string_view kMark = "\xEF\xBB\xBF";  ///< of byte order

/// A choice's piece: of a chat, or of a legacy completion that has not ended with it.
bool has_piece(const JsonFields& event) {
  const JsonSlice choices = event["choices"];
  JsonItems items(choices);
  JsonItem first;
  if (!choices.is_array() || !items.next(first)) return false;
  const JsonSlice why_ended = first.value["finish_reason"];
  return first.value["delta"].exists() ||
         (event["object"].written() == "text_completion" && first.value["text"].is_string() &&
          (!why_ended.exists() || why_ended.is_null()));
}

/// Whether an object says a piece of an answer, so that only all of them together can be read.
bool is_piece(const JsonFields& event) {
  const auto ends = [&](const char* member, std::string_view with) {
    return event[member].written().ends_with(with);
  };
  return event["delta"].is_string() || event["delta"].is_object() || has_piece(event) ||
         ends("type", ".delta") || ends("object", ".delta") || ends("object", ".chunk");
}

/// Calls `on_object` with each outermost object, and `on_between` with what stands around them.
template <class OnObject, class OnBetween>
void walk(std::string_view text, const OnObject& on_object, const OnBetween& on_between) {
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  while (!text.empty()) {
    const std::size_t object = std::min(text.find('{'), text.size());
    if (object > 0) on_between(text.substr(0, object));
    text.remove_prefix(object);
    const std::size_t size = usage::JsonExtent().feed(text);
    if (size > 0) on_object(text.substr(0, size));
    text.remove_prefix(size);
  }
}

/// Whether nothing but the fields of events, and what stands between objects, is around them.
class Framing {
 public:
  /// Only `data` has objects.
  void note_object() {
    only_ = only_ && (in_front_.empty() || in_front_ == kData);
    only_data_ = only_data_ && in_front_ == kData;
    in_front_ = {};
    is_in_line_ = true;
  }

  void note_between(std::string_view text) {
    while (!text.empty()) {
      const std::size_t feed = std::min(text.find_first_of("\r\n"), text.size());
      in_front_ = noted_line(trim(text.substr(0, feed)));
      if (feed < text.size()) is_in_line_ = false, in_front_ = {};
      text.remove_prefix(std::min(feed + 1, text.size()));
    }
  }

  /// Readers of events pass over fields that they do not know: where each object is data they are
  /// such, and no text about events.
  bool only() const { return only_ && (only_data_ || !any_unknown_); }

 private:
  /// What of it may say what an object behind it is.
  std::string_view noted_line(std::string_view line) {
    if (line.find_first_not_of(usage::kBetweenObjects) == line.npos || line == "[DONE]") return {};
    const bool is_known = usage::is_event_line(line);
    any_unknown_ = any_unknown_ || !is_known;
    only_ = only_ && !is_in_line_ && (is_known || is_field(line));
    return line;
  }

  /// `mood: good`; in a text about events lines begin otherwise.
  static bool is_field(std::string_view line) {
    const std::size_t name = line.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-");
    return name != line.npos && name > 0 && line[name] == ':' && line.find('{') == line.npos;
  }

  bool is_in_line_ = false;    ///< an object stands in front in the same line
  std::string_view in_front_;  ///< of the object that may follow in this line
  bool only_ = true;
  bool only_data_ = true;     ///< each object is of a field `data`
  bool any_unknown_ = false;  ///< a field is none of an event stream's
};

class EventWriter {
 public:
  explicit EventWriter(const std::function<void(std::string_view)>& feed) : feed_(feed) {}

  void write_object(std::string_view object) { write_data(object); }

  void write_between(std::string_view text) {
    while (!text.empty()) {
      const std::size_t feed = std::min(text.find_first_of("\r\n"), text.size());
      write_line(trim(text.substr(0, feed)));
      text.remove_prefix(std::min(feed + 1, text.size()));
    }
  }

 private:
  /// In one line: feeds in JSON are blanks, or belong to no JSON.
  void write_data(std::string_view data) {
    event_.assign("data: ");
    for (const char c : data) event_.push_back(c == '\r' || c == '\n' ? ' ' : c);
    feed_(event_.append("\n\n"));
  }

  void write_line(std::string_view line) {
    if (line == "[DONE]") return write_data(line);
    if (line.find_first_not_of(usage::kBetweenObjects) == line.npos) return;
    if (line.starts_with(kName)) return feed_(std::string(line) + "\n");
    if (line.starts_with(kData)) {
      line = trim(line.substr(kData.size()));
    } else if (usage::is_event_line(line)) {
      return;  // it says nothing
    }
    if (!line.empty()) write_data(line);
  }

  const std::function<void(std::string_view)>& feed_;
  std::string event_;
};

}  // namespace

bool is_unlabelled_stream(std::string_view text, std::size_t max_bytes) {
  std::size_t pieces = 0;
  bool all_json = true;
  Framing framing;
  walk(
      text,
      [&](std::string_view object) {
        BoundedJson json(max_bytes);
        json.feed(object);
        const BoundedJson::Kept kept = json.finish();
        const bool is_last = object.data() + object.size() == text.data() + text.size();
        all_json = all_json && (kept.json || is_last);  // the last may be cut
        pieces += kept.json && is_piece(JsonFields{JsonSlice(kept.text)}) ? 1 : 0;
        framing.note_object();
      },
      [&](std::string_view between) { framing.note_between(between); });
  return pieces > 0 && all_json && framing.only();
}

void read_unlabelled_stream(std::string_view text,
                            const std::function<void(std::string_view)>& feed) {
  EventWriter writer(feed);
  walk(
      text, [&](std::string_view object) { writer.write_object(object); },
      [&](std::string_view between) { writer.write_between(between); });
}

}  // namespace tollgate::audit
