// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::usage {

/// Which member of an answer a captured value belongs to. Members of the object under `response`
/// (Responses events) count as members of the answer itself; finish_reason is that of any element
/// of `choices`; output_types are the types of all whole elements of `output`, plain, each with
/// kFailedMark where its `status` is `failed`, and a blank behind it; output_ids and container_ids
/// their `id` and `container_id`, audio_ids the `id` of the `audio` in any choice's message or
/// delta, each id by itself; generated text is put together. `size`, `quality` and
/// the elements of `data`: of images, looked at only when they are wanted
/// (JsonScanner::want_images). From `text` on: what was generated, likewise
/// (JsonScanner::want_text).
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
  size,
  quality,
  item_type,    ///< of the element of `output` that is being read
  item_status,  ///< likewise
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
  data,
  response,
  count
};

/// Behind the type of an output item that has failed.
inline constexpr char kFailedMark = '!';

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

  /// Of one answer no more ids of a kind are kept.
  static constexpr std::size_t kMostIds = 1000;

  /// A value as it stood in the JSON; the last one given wins, but null never replaces a value, and
  /// generated text is put together.
  struct Captured {
    std::string bytes;
    std::vector<std::string> ids;  ///< of an id member, whose bytes stay empty
    bool present = false;
    bool overflow = false;  ///< longer than kCapture: the bytes are useless
  };

  /// Captures generated text, too: choices[].delta.content and its kin, choices[].text, a top-level
  /// `delta`.
  void want_text(bool wanted) { wants_text_ = wanted; }
  /// Counts the elements of a top-level `data`, and captures `size` and `quality`.
  void want_images(bool wanted) { wants_images_ = wanted; }
  /// Likewise that of a whole answer: choices[].message.content and its kin.
  void want_message_text(bool wanted) { wants_text_ = wants_message_text_ = wanted; }

  /// How many of the bytes are of the outermost value, or before its end.
  std::size_t feed(std::string_view bytes);
  /// Starts over, keeping the buffers.
  void reset();

  const Captured& member(Member which) const { return captured_[static_cast<std::size_t>(which)]; }
  /// Whole objects in a top-level `data`; 0 where nobody wants images.
  std::int64_t data_objects() const { return data_objects_; }
  /// The outermost value has been closed.
  bool complete() const { return complete_; }
  /// Anything but white space has come.
  bool started() const { return started_; }
  /// The outermost value is an object or an array.
  bool structured() const { return structured_; }
  /// A whole object or array, with nothing but white space around it and before its keys.
  bool is_json() const { return begins_with_json() && !is_followed_; }
  /// The same, whatever stands behind it.
  bool begins_with_json() const { return structured_ && complete_ && !garbage_; }

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
  void close_element();
  void close_item();
  bool captures(Member member) const;
  void on_string_begin();
  void keep_key(std::string_view part) {
    if (key_.size() < kMaxKey) key_.append(part.substr(0, kMaxKey));
  }
  void on_string_end(std::string_view rest);
  void begin_value();
  void end_value();
  bool add_to(Captured& slot, std::string_view value) const;
  void keep_id(Captured& slot, std::string_view value) const;
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
  bool garbage_ = false;      ///< something stands where nothing may
  bool is_followed_ = false;  ///< something stands behind the outermost value
  bool wants_text_ = false;
  bool wants_images_ = false;
  std::int64_t data_objects_ = 0;
  bool wants_message_text_ = false;
  bool value_open_ = false;  ///< a captured value is being copied
  std::uint64_t value_depth_ = 0;
  Member value_member_ = Member::other;
  Captured current_;
  std::string key_;  ///< what earlier bytes held of the key that is being read
};

/// The text of a JSON string as it is written, unescaped; empty when it is none.
std::string string_text(std::string_view written);
/// The text of a captured JSON string, unescaped; empty when it is no string.
std::string captured_string(const JsonScanner::Captured& captured);

}  // namespace tollgate::usage
