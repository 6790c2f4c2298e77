// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
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
  ~Capture();

  const Terms& terms() const { return exchange_.terms; }

  // Of what follows, what says `noexcept` gives content up where memory has run out, as where there
  // is no room for it, and the exchange goes on.

  /// The request, where its content is kept and there is room: copied, but for a text of more than
  /// `max_body`, of which only what that allows is kept. Such a text is read where it is: it must
  /// stay there until shorten_request() or finish() has returned, or this is gone.
  void take_request(std::string_view content_type, std::string_view body) noexcept;
  /// Begins to read such a text in turns with all else that the worker does; nothing waits for it.
  void begin_shortening(const boost::asio::any_io_executor& worker) noexcept;
  /// Reads such a text, or what is left of it, to its end; others on the worker have turns in
  /// between.
  boost::asio::awaitable<void> shorten_request();
  /// Whether the client itself names the conversation that the record has (Exchange).
  void conversation_is_named(bool named) { exchange_.names_conversation = named; }
  /// Stores the request before anything else happens, where the terms wait. `intent`: the record so
  /// far. Errors: storage, cancelled; throttled, there is no room for it.
  boost::asio::awaitable<Result<void>> keep_request(const usage::UsageRecord& intent,
                                                    Cancellation& cancellation);

  /// An answer begins; one that was begun before is forgotten. `coding`: its Content-Encoding.
  void begin_answer(std::string_view content_type, std::string_view coding,
                    audit::AnswerKind kind = audit::AnswerKind::as_it_begins) noexcept;
  /// The answer's next bytes, without transfer framing.
  void feed(std::string_view payload) noexcept;
  /// As `feed` was given all there is.
  void answer_is_whole() { whole_ = true; }
  /// The gateway answers in the backend's place.
  void answer_instead(std::string_view body) noexcept;

  /// Everything, for the recorder. Call once. `record` is final.
  Exchange finish(const usage::UsageRecord& record);
  Recorder& recorder() { return recorder_; }

 private:
  struct LongRequest;
  static void read_in_turns(const std::weak_ptr<LongRequest>& request,
                            const boost::asio::any_io_executor& worker) noexcept;

  bool has_room_for(std::size_t bytes);
  void copy_request(std::string_view content_type, std::string_view body);
  void take_shortened();
  void give_up_request() noexcept;
  void take(std::string_view plain);
  void give_up_answer() noexcept;
  void finish_answer() noexcept;

  Recorder& recorder_;
  Exchange exchange_;
  std::size_t max_body_;
  /// A text that has not been kept yet; null: there is none. Shared with no other thread: turns
  /// that come when it is gone find that out by it.
  std::shared_ptr<LongRequest> long_request_;
  std::size_t request_bytes_ = 0;
  std::size_t answer_bytes_ = 0;
  std::optional<audit::AnswerAssembly> assembly_;
  std::optional<usage::ContentDecoder> decoder_;
  std::string answer_type_;
  bool whole_ = false;
};

}  // namespace tollgate::capture
