// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::usage {

/// Which member of an answer a captured value belongs to. Members of the object under `response`
/// (Responses events) count as members of the answer itself; finish_reason is that of any element
/// of `choices`; output_types are the types of all elements of `output`, one behind the other,
/// output_ids and container_ids their `id` and `container_id` with blanks between, audio_ids the
/// `id` of the `audio` in any choice's message or delta; values from output_types on are put
/// together. From `text` on: what was generated, looked at only when it is
/// wanted (see JsonScanner::want_text).
enum class Member : std::uint8_t {
  other,
  id,
  model,
  usage,
  error,
  status,
  type,
  incomplete_details,
  finish_reason,
  status_code,
  code,
  object,
  thread_id,
  output_file_id,
  error_file_id,
  file,
  service_tier,
  tool_usage,
  output_types,
  output_ids,
  container_ids,
  audio_ids,
  text,
  tool_calls,
  delta,
  message,
  audio,
  choices,
  output,
  response,
  count
};

/// Sans-I/O structural scanner of one JSON value, in any split and constant memory: follows nesting
/// by counting, skips strings fast, and copies out only the values of the members above, each up to
/// kCapture bytes. It does not validate; what cannot be JSON at first sight is told by is_json().
///
/// Between two feeds it is in one of three states: within a string (`in_string_`, and `escaped_`
/// behind a backslash); within a container that nobody looks into (`opaque_depth_`), where only
/// depth is counted; or at a level that is watched, whose entry of `levels_` knows whether a key is
/// due and which member the value belongs to. A value that is captured (`value_open_`) is copied in
/// any of them, until the comma or bracket that ends it at its own depth.
class JsonScanner {
 public:
  static constexpr std::size_t kCapture = 64 * 1024;

  /// A value as it stood in the JSON; the last one given wins, but null never replaces a value, and
  /// generated text is put together.
  struct Captured {
    std::string bytes;
    bool present = false;
    bool overflow = false;  ///< longer than kCapture: the bytes are useless
  };

  /// Captures generated text, too: choices[].delta.content and its kin, choices[].text, a top-level
  /// `delta`.
  void want_text(bool wanted) { wants_text_ = wanted; }
  /// Likewise that of a whole answer: choices[].message.content and its kin.
  void want_message_text(bool wanted) { wants_text_ = wants_message_text_ = wanted; }

  void feed(std::string_view bytes);
  /// Starts over, keeping the buffers.
  void reset();

  const Captured& member(Member which) const { return captured_[static_cast<std::size_t>(which)]; }
  /// The outermost value has been closed.
  bool complete() const { return complete_; }
  /// Anything but white space has come.
  bool started() const { return started_; }
  /// The outermost value is an object or an array.
  bool structured() const { return structured_; }
  /// A whole object or array, with nothing but white space around it and before its keys.
  bool is_json() const { return structured_ && complete_ && !garbage_; }

 private:
  static constexpr std::size_t kLevels =
      5;  ///< what looks_into() lets in; the rest is only counted
  static constexpr std::size_t kMaxKey = 48;

  struct Level {
    bool object = false;
    bool expects_key = false;
    Member key = Member::other;
  };

  const char* skip_string(const char* at, const char* end);
  const char* skip_opaque(const char* at, const char* end);
  const char* skip_uninteresting(const char* at, const char* end);
  void on_structural(char c);
  bool watches_members() const;
  bool looks_into(char c) const;
  void open(char c);
  void close();
  void on_string_begin();
  void keep_key(std::string_view part) {
    if (key_.size() < kMaxKey) key_.append(part.substr(0, kMaxKey));
  }
  void on_string_end(std::string_view rest);
  void begin_value();
  void end_value();
  bool add_to(Captured& slot, std::string_view value) const;
  bool in_answer_object() const;
  bool in_choice() const;
  bool in_output() const;
  Member member_for(std::string_view key) const;
  void capture(const char* from, const char* to);

  std::array<Captured, static_cast<std::size_t>(Member::count)> captured_;
  std::array<Level, kLevels + 1> levels_{};
  std::uint64_t depth_ = 0;
  std::uint64_t opaque_depth_ = 0;  ///< depth of the outermost container nobody looks into; 0: none
  bool in_string_ = false;
  bool escaped_ = false;
  bool string_is_key_ = false;
  bool complete_ = false;
  bool started_ = false;
  bool structured_ = false;
  bool garbage_ = false;  ///< something stands where nothing may
  bool wants_text_ = false;
  bool wants_message_text_ = false;
  bool value_open_ = false;  ///< a captured value is being copied
  std::uint64_t value_depth_ = 0;
  Member value_member_ = Member::other;
  Captured current_;
  std::string key_;  ///< what earlier bytes held of the key that is being read
};

/// The text of a captured JSON string, unescaped; empty when it is no string.
std::string captured_string(const JsonScanner::Captured& captured);

}  // namespace tollgate::usage
