// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "plain_event.hpp"

#include "terminal_events.hpp"
#include "tollgate/base/json_bytes.hpp"

namespace tollgate::usage {
namespace {

/// Goes from string to string: a quote that opens one stands behind the end of the one before.
class Strings {
 public:
  explicit Strings(std::string_view data) : at_(data.data()), end_(at_ + data.size()) {}

  /// The next string's inside; false at the end, and when one has none.
  bool next() {
    while (at_ < end_ && *at_ != '"') ++at_;
    if (at_ == end_) return false;
    before_ = at_++;
    const char* const begin = at_;
    escaped_ = false;
    for (at_ = find_string_stop(at_, end_); at_ < end_ && *at_ == '\\';) {
      escaped_ = true;
      if (end_ - at_ < 2) return broken();
      at_ = find_string_stop(at_ + 2, end_);
    }
    if (at_ == end_) return broken();
    text_ = {begin, static_cast<std::size_t>(at_ - begin)};
    ++at_;
    return true;
  }

  /// Goes over the colon that makes the string a name, and blanks; false: it is a value.
  bool is_name() {
    skip_blanks();
    if (at_ == end_ || *at_ != ':') return false;
    ++at_;
    skip_blanks();
    return true;
  }

  std::string_view text() const { return text_; }
  bool escaped() const { return escaped_; }
  bool is_broken() const { return broken_; }
  const char* opening() const { return before_; }
  const char* position() const { return at_; }
  std::string_view rest() const { return {at_, static_cast<std::size_t>(end_ - at_)}; }

 private:
  bool broken() {
    broken_ = true;
    return false;
  }
  void skip_blanks() {
    while (at_ < end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
  }

  const char* at_;
  const char* end_;
  const char* before_ = nullptr;
  std::string_view text_;
  bool escaped_ = false;
  bool broken_ = false;
};

/// What the names of an event's members say of it.
class PlainReader {
 public:
  explicit PlainReader(std::string_view data) : strings_(data) {}

  PlainEvent read() {
    while (strings_.next()) {
      const std::string_view name = strings_.text();
      const bool escaped = strings_.escaped();
      const char* const opening = strings_.opening();
      if (!strings_.is_name()) continue;
      if (escaped || !take_member(name, opening)) return {};
    }
    if (strings_.is_broken()) return {};
    return {true, text_is_known(), is_audio_ ? std::string_view() : text_};
  }

 private:
  /// False: the event is not plain.
  bool take_member(std::string_view name, const char* opening) {
    switch (name.size()) {
      case 4:
        if (name == "type") return take_type();
        if (name == "text") take_text(true);
        return true;
      case 5:
        if (name == "delta") take_delta();
        // The audio of a choice is an object with its id; of other events, the sound itself.
        if (name == "audio") return !strings_.rest().starts_with('{');
        return name != "error" && (name != "usage" || value_is_null());
      case 6:
        if (name == "object") return !strings_.rest().starts_with(R"("error")");
        return name != "status";
      case 7:
        if (name == "choices") has_choices_ = true;
        if (name == "content") take_content(opening);
        if (name == "refusal") take_other_text();
        return true;
      case 8:
        return name != "response";
      case 9:
        if (name == "reasoning") take_other_text();
        return true;
      case 10:
        if (name == "tool_calls") take_other_text();
        return name != "statusCode";
      case 13:
        if (name == "function_call") take_other_text();
        return name != "finish_reason" || value_is_null();
      case 17:
        if (name == "reasoning_content") take_other_text();
        return true;
      default:
        return true;
    }
  }

  bool value_is_null() const {
    constexpr std::string_view kNull = "null";
    return strings_.rest().starts_with(kNull);
  }

  /// A type that ends a stream is not plain.
  bool take_type() {
    if (!strings_.rest().starts_with('"')) return false;
    if (!strings_.next() || strings_.escaped()) return false;
    is_audio_ = is_audio_ || strings_.text().ends_with(".audio.delta");
    return !is_terminal_event(strings_.text());
  }

  void take_delta() {
    const std::string_view rest = strings_.rest();
    if (rest.starts_with('"')) return take_text(false);
    if (rest.starts_with("{}")) {
      delta_is_empty_ = true;
    } else if (rest.starts_with('{')) {
      first_in_delta_ = strings_.position() + 1;
    }
  }

  /// Known only as the first member of a delta: elsewhere the scanner has its rules for it.
  void take_content(const char* opening) {
    if (opening == first_in_delta_) {
      take_text(true);
    } else {
      take_other_text();
    }
  }

  void take_other_text() { unclear_ = unclear_ || !value_is_null(); }

  void take_text(bool of_choice) {
    if (value_is_null()) return;
    unclear_ = unclear_ || texts_ > 0 || !strings_.rest().starts_with('"') || !strings_.next() ||
               strings_.escaped();
    if (unclear_) return;
    text_ = strings_.text();
    text_of_choice_ = of_choice;
    ++texts_;
  }

  bool text_is_known() const {
    if (unclear_) return false;
    if (texts_ > 0) return text_of_choice_ == has_choices_;
    return !has_choices_ || delta_is_empty_ || first_in_delta_ != nullptr;
  }

  Strings strings_;
  std::string_view text_;
  const char* first_in_delta_ = nullptr;
  int texts_ = 0;
  bool text_of_choice_ = false;
  bool has_choices_ = false;
  bool delta_is_empty_ = false;
  bool unclear_ = false;
  bool is_audio_ = false;
};

}  // namespace

PlainEvent read_plain_event(std::string_view data) {
  if (!data.starts_with('{') || !data.ends_with('}')) return {};
  return PlainReader(data).read();
}

}  // namespace tollgate::usage
