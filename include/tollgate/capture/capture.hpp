// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "tollgate/audit/answer_assembly.hpp"
#include "tollgate/capture/recorder.hpp"
#include "tollgate/usage/content_decoder.hpp"

namespace tollgate::capture {

/// What is captured of one exchange while it runs, on its worker. Bytes are fed when they have gone
/// on; nothing waits for it but what the terms say.
class Capture {
 public:
  /// `terms` keep something. `max_body`: of the request, and of the answer that is put together.
  /// `client`: its name, for its share of the memory. `recorder` outlives it.
  Capture(Recorder& recorder, const Terms& terms, std::size_t max_body, const std::string& client);

  const Terms& terms() const { return exchange_.terms; }

  /// The request, where its content is kept and there is room: copied, but for a text of more than
  /// `max_body`, which shorten_request() has to read as long as it is there.
  void take_request(std::string_view content_type, std::string_view body);
  /// Keeps of such a text what `max_body` allows; others on the worker have turns in between.
  boost::asio::awaitable<void> shorten_request();
  /// Whether the client itself names the conversation that the record has (Exchange).
  void conversation_is_named(bool named) { exchange_.names_conversation = named; }
  /// Stores the request before anything else happens, where the terms wait. `intent`: the record so
  /// far. Errors: storage, cancelled; throttled, there is no room for it.
  boost::asio::awaitable<Result<void>> keep_request(const usage::UsageRecord& intent,
                                                    Cancellation& cancellation);

  /// An answer begins; one that was begun before is forgotten. `coding`: its Content-Encoding.
  void begin_answer(std::string_view content_type, std::string_view coding);
  /// The answer's next bytes, without transfer framing. Never fails: where memory has run out the
  /// answer's content is given up.
  void feed(std::string_view payload) noexcept;
  /// As `feed` was given all there is.
  void answer_is_whole() { whole_ = true; }
  /// The gateway answers in the backend's place.
  void answer_instead(std::string_view body);

  /// Everything, for the recorder. Call once. `record` is final.
  Exchange finish(const usage::UsageRecord& record);
  Recorder& recorder() { return recorder_; }

 private:
  bool has_room_for(std::size_t bytes);
  void take_shortened(audit::RequestContent content);
  void take(std::string_view plain);
  void give_up_answer();

  Recorder& recorder_;
  Exchange exchange_;
  std::size_t max_body_;
  std::string_view long_request_;  ///< a text that shorten_request() is to read; else empty
  std::size_t request_bytes_ = 0;
  std::size_t answer_bytes_ = 0;
  std::optional<audit::AnswerAssembly> assembly_;
  std::optional<usage::ContentDecoder> decoder_;
  std::string answer_type_;
  bool whole_ = false;
};

}  // namespace tollgate::capture
