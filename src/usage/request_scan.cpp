// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/request_scan.hpp"

#include <algorithm>
#include <array>

#include "json_cursor.hpp"
#include "tollgate/base/json_bytes.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/conversation_id.hpp"
#include "tollgate/usage/image_words.hpp"

namespace tollgate::usage {
namespace {

constexpr std::size_t kUserLimit = RequestScan::kLongestText;
constexpr std::size_t kHexDigits = 4;  // of a \u escape
/// The first legacy version that knows stream_options (azure-protocol.md 2.2).
constexpr std::string_view kFirstWithStreamOptions = "2024-09-01";

enum class Key {
  model,
  stream,
  stream_options,
  data_sources,
  background,
  user,
  safety_identifier,
  conversation,
  service_tier
};

constexpr std::string_view kIncludeUsage = "include_usage";
constexpr std::array<std::string_view, 9> kKeys{
    "model",       "stream", "stream_options",    "data_sources",
    "background",  "user",   "safety_identifier", "conversation",
    "service_tier"};

/// Which of the keys the name is, in whatever case its letters are; the caller tells the two apart.
std::optional<Key> key_of(std::string_view name) {
  const auto* const found = std::find_if(
      kKeys.begin(), kKeys.end(), [name](std::string_view key) { return iequals(key, name); });
  if (found == kKeys.end()) return std::nullopt;
  return static_cast<Key>(found - kKeys.begin());
}

std::string string_value(std::string_view value) {
  if (value.size() < 2 || value.front() != '"') return {};
  return unescape_json(value.substr(1, value.size() - 2));
}

void scan_stream_options(std::string_view body, RequestScan& out) {
  const auto value =
      body.substr(out.stream_options_begin, out.stream_options_end - out.stream_options_begin);
  out.stream_options_is_null = value == "null";
  out.stream_options_is_object = value.front() == '{';
  if (!out.stream_options_is_object) return;
  JsonCursor cursor(body, out.stream_options_begin);
  cursor.enter();
  std::string buffer;
  while (const auto member = cursor.next()) {
    out.stream_options_empty = false;
    const std::string_view name = name_of(member->raw_key, buffer);
    if (!iequals(name, kIncludeUsage)) continue;
    if (name != kIncludeUsage) out.misspelt_member = kIncludeUsage;
    out.duplicate_member = out.duplicate_member || out.include_usage_end != 0;
    out.include_usage_begin = member->value_begin;
    out.include_usage_end = member->value_end;
    out.include_usage =
        body.substr(member->value_begin, member->value_end - member->value_begin) == "true";
  }
}

/// `conversation` names one directly or as an object with an id.
std::string conversation_value(std::string_view body, const JsonCursor::Member& member) {
  const auto value = body.substr(member.value_begin, member.value_end - member.value_begin);
  JsonCursor cursor(body, member.value_begin);
  if (!cursor.enter()) return read_conversation(string_value(value));
  while (const auto inner = cursor.next()) {
    if (!key_is(inner->raw_key, "id")) continue;
    return read_conversation(
        string_value(body.substr(inner->value_begin, inner->value_end - inner->value_begin)));
  }
  return {};
}

void take_member(std::string_view body, Key key, const JsonCursor::Member& member,
                 RequestScan& out) {
  const auto value = body.substr(member.value_begin, member.value_end - member.value_begin);
  switch (key) {
    case Key::model:  // operations::read_names reads it; here it must only not stand twice
      break;
    case Key::stream:
      out.stream = value == "true";
      break;
    case Key::stream_options:
      out.has_stream_options = true;
      out.stream_options_begin = member.value_begin;
      out.stream_options_end = member.value_end;
      scan_stream_options(body, out);
      break;
    case Key::data_sources:
      out.has_data_sources = value != "null";
      break;
    case Key::background:
      out.background = value == "true";
      break;
    case Key::user:
      if (value != "null") out.end_user = sanitize_utf8(string_value(value), kUserLimit);
      break;
    case Key::
        safety_identifier:  // what `user` is called since 2025; `user` counts if both are there
      if (out.end_user.empty()) out.end_user = sanitize_utf8(string_value(value), kUserLimit);
      break;
    case Key::conversation:
      out.conversation_id = conversation_value(body, member);
      break;
    case Key::service_tier:
      out.service_tier = sanitize_utf8(string_value(value), kUserLimit);
      break;
  }
}

/// Members that only tell what an operation is billed by: of one that stands twice nothing is
/// known.
enum class Told { size, quality, input, none };

Told told_by(std::string_view name) {
  if (name == "size") return Told::size;
  if (name == "quality") return Told::quality;
  return name == "input" ? Told::input : Told::none;
}

void take_told(std::string_view body, Told told, bool again, const JsonCursor::Member& member,
               RequestScan& out) {
  const auto value = body.substr(member.value_begin, member.value_end - member.value_begin);
  const bool usable = !again && value.size() >= 2 && value.front() == '"';
  switch (told) {
    case Told::size:
      out.image_size = usable ? image_size_word(string_value(value)) : std::string();
      break;
    case Told::quality:
      out.image_quality = usable ? image_quality_word(string_value(value)) : std::string();
      break;
    case Told::input:
      out.input_begin = usable ? member.value_begin : 0;
      out.input_end = usable ? member.value_end : 0;
      break;
    case Told::none:
      break;
  }
}

/// The hexadecimal digits of an escape: the second half of a pair is no code point of its own.
bool is_low_surrogate(std::string_view digits) {
  const char second = digits.size() < 2 ? '0' : static_cast<char>(digits[1] | 0x20);
  return digits.size() >= 2 && (digits[0] | 0x20) == 'd' && second >= 'c' && second <= 'f';
}

bool is_dated(std::string_view version) {
  if (version.size() < 10) return false;
  for (std::size_t i = 0; i < 10; ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? version[i] != '-' : (version[i] < '0' || version[i] > '9')) return false;
  }
  return version.size() == 10 || version[10] == '-';
}

bool knows_stream_options(std::string_view version) {
  if (version.empty() || version == "v1" || version == "preview" || version == "latest")
    return true;
  return is_dated(version) && version.substr(0, 10) >= kFirstWithStreamOptions;
}

std::string replaced(std::string_view body, std::size_t begin, std::size_t end,
                     std::string_view with) {
  std::string out;
  out.reserve(body.size() + with.size());
  return out.append(body.substr(0, begin)).append(with).append(body.substr(end));
}

std::string with_first_member(std::string_view body, std::size_t object_begin, bool empty,
                              std::string member) {
  if (!empty) member.append(",");
  return replaced(body, object_begin, object_begin, member);
}

}  // namespace

class RequestScanner::Impl {
 public:
  explicit Impl(std::string_view body) : body_(body), cursor_(body) {
    is_object_ = cursor_.enter();
    out_.object_begin = cursor_.position();
  }

  bool step(std::size_t bytes) {
    const std::size_t stop = cursor_.position() + bytes;
    while (is_object_ && cursor_.position() < stop) {
      const JsonCursor::Progress progress = cursor_.advance(stop - cursor_.position());
      if (progress == JsonCursor::Progress::end) return true;
      if (progress == JsonCursor::Progress::member) take(cursor_.member());
    }
    return !is_object_;
  }

  Result<RequestScan> take() {
    if (!is_object_) return Error{Errc::invalid_input, "the body is no JSON object"};
    if (cursor_.failed() || !cursor_.at_end()) {
      return Error{Errc::invalid_input, "the body is malformed JSON"};
    }
    out_.asked_output = asked_output_.result();
    return std::move(out_);
  }

 private:
  void take(const JsonCursor::Member& member) {
    out_.object_empty = false;
    const std::string_view name = name_of(member.raw_key, name_);
    const auto key = key_of(name);
    if (!key) return take_other(name, member);
    const std::string_view documented = kKeys[static_cast<std::size_t>(*key)];
    if (name != documented) out_.misspelt_member = documented;
    bool& before = seen_[static_cast<std::size_t>(*key)];
    out_.duplicate_member = out_.duplicate_member || before;
    before = true;
    take_member(body_, *key, member, out_);
  }

  void take_other(std::string_view name, const JsonCursor::Member& member) {
    asked_output_.take(name,
                       body_.substr(member.value_begin, member.value_end - member.value_begin));
    const Told told = told_by(name);
    if (told == Told::none) return;
    bool& before = told_[static_cast<std::size_t>(told)];
    usage::take_told(body_, told, before, member, out_);
    before = true;
  }

  std::string_view body_;
  JsonCursor cursor_;
  bool is_object_ = false;
  RequestScan out_;
  std::array<bool, kKeys.size()> seen_{};
  std::array<bool, static_cast<std::size_t>(Told::none)> told_{};
  AskedOutputReader asked_output_;
  std::string name_;
};

RequestScanner::RequestScanner(std::string_view body) : impl_(std::make_unique<Impl>(body)) {}
RequestScanner::RequestScanner(RequestScanner&&) noexcept = default;
RequestScanner::~RequestScanner() = default;

bool RequestScanner::step(std::size_t bytes) { return impl_->step(bytes); }

Result<RequestScan> RequestScanner::take() { return impl_->take(); }

Result<RequestScan> scan_request(std::string_view body) {
  RequestScanner scanner(body);
  while (!scanner.step(body.size() + 1)) continue;
  return scanner.take();
}

std::optional<std::int64_t> input_characters(std::string_view body, const RequestScan& scan) {
  const std::size_t size = scan.input_end - scan.input_begin;
  if (scan.form || size < 2 || size > kLargestInput) return std::nullopt;
  const std::string_view text = body.substr(scan.input_begin + 1, size - 2);
  std::int64_t out = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool continues = (byte & 0xC0U) == 0x80;
    if (byte != '\\') {
      out += continues ? 0 : 1;
      continue;
    }
    const bool unicode = at + 1 < text.size() && text[at + 1] == 'u';
    const std::string_view digits = unicode ? text.substr(at + 2, kHexDigits) : std::string_view();
    out += is_low_surrogate(digits) ? 0 : 1;
    at += unicode ? 1 + digits.size() : 1;
  }
  return out;
}

bool may_inject_include_usage(const RequestScan& scan, std::string_view api_version) {
  const bool mergeable =
      !scan.has_stream_options || scan.stream_options_is_null || scan.stream_options_is_object;
  return scan.stream && !scan.form && !scan.include_usage && !scan.has_data_sources &&
         !scan.duplicate_member && mergeable && knows_stream_options(api_version);
}

std::string with_include_usage(std::string_view body, const RequestScan& scan) {
  if (!scan.has_stream_options) {
    return with_first_member(body, scan.object_begin, scan.object_empty,
                             "\"stream_options\":{\"include_usage\":true}");
  }
  if (!scan.stream_options_is_object) {
    return replaced(body, scan.stream_options_begin, scan.stream_options_end,
                    "{\"include_usage\":true}");
  }
  if (scan.include_usage_end != 0) {
    return replaced(body, scan.include_usage_begin, scan.include_usage_end, "true");
  }
  const std::size_t inside = scan.stream_options_begin + 1;
  return with_first_member(body, inside, scan.stream_options_empty, "\"include_usage\":true");
}

}  // namespace tollgate::usage
