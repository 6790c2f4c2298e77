// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/usage/asked_output.hpp"
#include "tollgate/usage/form_parts.hpp"

namespace tollgate::usage {

/// What a form asks its answer to be, by `response_format`: `unknown` where it says none of the
/// documented words, or several.
enum class AnswerForm : std::uint8_t {
  unknown,
  json,  ///< json, verbose_json or diarized_json; a form without the field asks for it, too
  text,  ///< text, srt or vtt
};

/// What the gateway needs to know of a request body. Nothing nested is ever taken for a top-level
/// member.
struct RequestScan {
  /// Of texts: twice what is kept of them, for whoever cuts them has looked through them before.
  static constexpr std::size_t kLongestText = 512;

  bool form = false;    ///< multipart/form-data instead of JSON: values are bare bytes
  bool stream = false;  ///< `stream` is literally true
  bool has_stream_options = false;
  bool include_usage = false;            ///< `stream_options.include_usage` is literally true
  std::size_t stream_options_begin = 0;  ///< byte range of the value of `stream_options`
  std::size_t stream_options_end = 0;
  bool stream_options_is_object = false;
  bool stream_options_is_null = false;
  bool stream_options_empty = true;  ///< an object without members
  std::size_t include_usage_begin =
      0;  ///< byte range of the value of `include_usage`; equal: absent
  std::size_t include_usage_end = 0;
  /// A member the gateway reads stands twice: which one a backend would take cannot be known, so
  /// such a body is refused (faults.md J2).
  bool duplicate_member = false;
  /// The documented name of a member the gateway reads that stands in other letters' case
  /// (`Background`): whether a backend takes it cannot be known, so such a body is refused. Empty:
  /// none. Lives as long as the program.
  std::string_view misspelt_member;
  bool has_data_sources = false;  ///< On Your Data: refuses stream_options (azure-protocol.md 2.2)
  bool background = false;        ///< Responses: `background` is literally true
  /// `conversation`, a text or an object's `id`, as read_conversation() has it
  std::string conversation_id;
  std::string end_user;                          ///< `user`, at most kLongestText bytes, sanitised
  std::string service_tier;                      ///< likewise; empty: none was asked for
  AnswerForm answer_form = AnswerForm::unknown;  ///< of a form
  std::string image_size;                        ///< `size` as image_size_word has it
  std::string image_quality;                     ///< `quality` as image_quality_word has it
  /// Byte range of `input` where it is one string, with its quotes; equal: it is none.
  std::size_t input_begin = 0;
  std::size_t input_end = 0;
  std::size_t object_begin = 0;  ///< offset just after the top-level '{'
  bool object_empty = true;      ///< the top-level object has no members
  AskedOutput asked_output;      ///< of JSON: how much its answer may be
};

/// Scans a whole body in steps, in one pass without recursion, linear, with memory for one bit a
/// level of nesting: a body of many megabytes need not hold up a thread that has others to serve.
class RequestScanner {
 public:
  /// What a worker should scan at once: it takes well under a millisecond for the costliest body.
  static constexpr std::size_t kStep = 64 * 1024;

  /// `body` outlives the scanner.
  explicit RequestScanner(std::string_view body);
  RequestScanner(RequestScanner&&) noexcept;
  ~RequestScanner();

  /// Goes on for about so many bytes. True: the scan has ended.
  bool step(std::size_t bytes = kStep);
  /// Once it has ended. Error invalid_input when the body is not one JSON object (deep nesting is
  /// fine: depth is counted, not stacked).
  Result<RequestScan> take();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// How many Unicode code points the `input` of a scanned body has; nullopt: it is no string, or
/// one so long (kLargestInput bytes) that no backend takes it.
std::optional<std::int64_t> input_characters(std::string_view body, const RequestScan& scan);
inline constexpr std::size_t kLargestInput = 1024 * 1024;

/// The same in one go.
Result<RequestScan> scan_request(std::string_view body);

/// What the few short fields of a form say that the gateway reads (stream, user). `parts`: those of
/// the body.
RequestScan scan_form(std::span<const FormPart> parts, std::string_view body);

/// Whether include_usage may be added to this chat or completions request (azure-protocol.md 2.2):
/// it streams, did not ask itself, has no data_sources, and the api-version knows the option (empty
/// or a v1 version does; dated ones from 2024-09-01-preview).
bool may_inject_include_usage(const RequestScan& scan, std::string_view api_version);

/// The body with `stream_options.include_usage` true, merged with the client's own options; every
/// other byte stays as it was. A null or absent stream_options becomes an object. Requires
/// may_inject_include_usage.
std::string with_include_usage(std::string_view body, const RequestScan& scan);

}  // namespace tollgate::usage
