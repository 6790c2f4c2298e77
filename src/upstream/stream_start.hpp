// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tollgate/base/time.hpp"
#include "tollgate/usage/body_shape.hpp"
#include "tollgate/usage/sse_framer.hpp"

namespace tollgate::upstream {

/// Sans-I/O: reads the first events of a server-sent stream with status 200 for the failure that
/// Azure hides there (azure-protocol.md 2.4): a throttled streaming Responses call begins with
/// response.created, then says so in `error` and response.failed, in either order. Nothing may be
/// relayed until this has decided.
///
/// It looks past response.created, .queued and .in_progress; every other event shows that the model
/// is at work. So does a response.failed that reports usage: it is billed, and not to be done
/// again. Events are told by `type` inside their data, `event:` lines are not needed. A chat stream
/// that opens with an `error` member is read the same way. The pieces given are the body's, without
/// chunk framing, in any split.
class StreamStart {
 public:
  enum class Kind {
    need_more,
    ordinary,  ///< relay it
    /// `status` is what it would have been as an ordinary answer: routing::judge() knows what to do
    failed,
  };

  struct Finding {
    Kind kind = Kind::need_more;
    int status = 0;          ///< 429, 500, 403 or 400
    std::string error_code;  ///< as Azure wrote it, such as rate_limit_exceeded; may be empty
  };

  /// What is held back at most; a longer opening is taken for ordinary. response.created echoes the
  /// request's instructions and tools: 200 KB have been seen.
  static constexpr std::size_t kLookAhead = 512 * 1024;
  /// How long the driver should hold a stream back: a refusal follows at once, a queued job takes
  /// its time.
  static constexpr milliseconds kPatience{2'000};

  /// `label`: what the answer's type calls it. What it leaves open, and begins as no stream, is
  /// ordinary.
  explicit StreamStart(usage::BodyShape label = usage::BodyShape::server_sent_events)
      : probe_(label) {}

  const Finding& feed(std::string_view body);
  /// The body has ended: there is always a decision now.
  const Finding& finish();
  const Finding& finding() const { return finding_; }

 private:
  void read(std::string_view body);
  void dispatch();
  void decide(std::string_view type, std::string_view code);

  usage::ShapeProbe probe_;
  bool is_told_ = false;
  Finding finding_;
  usage::SseFramer framer_;
  std::string data_;  ///< of the event so far
  std::size_t seen_ = 0;
  bool failed_without_reason_ = false;  ///< response.failed came, and its reason did not
};

}  // namespace tollgate::upstream
