// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/capture.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/base/text.hpp"

namespace tollgate::capture {

namespace asio = boost::asio;

namespace {

/// An assembly holds at most about so many times the body that comes out of it
/// (answer_assembly.hpp).
constexpr std::size_t kAssemblyFactor = 4;
/// Memory is taken in pieces of this size, so that a stream of small events asks for it seldom.
constexpr std::size_t kPiece = 64 * 1024;
/// Of a long request, before others on the worker have their turn.
constexpr std::size_t kTurn = 256 * 1024;

constexpr std::string_view kFile = "application/octet-stream";

std::size_t in_pieces(std::size_t bytes) { return (bytes + kPiece - 1) / kPiece * kPiece; }

}  // namespace

struct Capture::LongRequest {
  LongRequest(std::size_t max_body, std::string_view body) : text(max_body), rest(body) {}

  audit::RequestText text;
  std::string_view rest;  ///< that is still to be read

  bool failed = false;  ///< memory has run out: nothing of it is kept

  bool is_read() const { return rest.empty() || text.full(); }
  void take_turn(std::size_t bytes) noexcept {
    try {
      text.feed(rest.substr(0, bytes));
      rest.remove_prefix(std::min(rest.size(), bytes));
    } catch (const std::exception&) {
      fail();
    }
  }
  std::optional<audit::RequestContent> finish() noexcept {
    try {
      if (!failed) return text.finish();
    } catch (const std::exception&) {
      fail();
    }
    return std::nullopt;
  }

 private:
  void fail() {
    failed = true;
    rest = {};
  }
};

Capture::Capture(Recorder& recorder, const Terms& terms, std::size_t max_body,
                 const std::string& client)
    : recorder_(recorder),
      exchange_(ContentHold(recorder.memory(), recorder.memory().account(client))),
      max_body_(max_body) {
  exchange_.terms = terms;
  exchange_.replacer = recorder.make_replacer();
  exchange_.conversation = std::make_shared<Conversation>();
}

Capture::~Capture() = default;

bool Capture::has_room_for(std::size_t bytes) {
  if (exchange_.hold.grow_to(in_pieces(bytes))) return true;
  exchange_.no_room = true;
  return false;
}

void Capture::take_request(std::string_view content_type, std::string_view body) noexcept {
  try {
    copy_request(content_type, body);
  } catch (const std::exception&) {
    give_up_request();
  }
}

void Capture::copy_request(std::string_view content_type, std::string_view body) {
  const bool shortens = body.size() > max_body_ && audit::RequestText::is_text(content_type, body);
  const std::size_t size = shortens ? max_body_ : body.size();
  if (!exchange_.terms.keeps_content() || !has_room_for(size)) return;
  request_bytes_ = size;
  exchange_.request = {std::string(content_type), {}};
  if (shortens) {
    long_request_ = std::make_shared<LongRequest>(max_body_, body);
  } else {
    exchange_.request->body = body;
  }
}

void Capture::begin_shortening(const asio::any_io_executor& worker) noexcept {
  if (long_request_) read_in_turns(long_request_, worker);
}

void Capture::read_in_turns(const std::weak_ptr<LongRequest>& request,
                            const asio::any_io_executor& worker) noexcept {
  try {
    asio::post(worker, [request, worker] {
      const std::shared_ptr<LongRequest> here = request.lock();
      if (!here || here->is_read()) return;
      here->take_turn(kTurn);
      read_in_turns(request, worker);
    });
  } catch (const std::exception&) {  // no memory for a turn: what is left is read at the end
  }
}

asio::awaitable<void> Capture::shorten_request() {
  if (!long_request_) co_return;
  const asio::any_io_executor worker = co_await asio::this_coro::executor;
  while (!long_request_->is_read()) {
    long_request_->take_turn(kTurn);
    co_await asio::post(worker, asio::use_awaitable);
  }
  take_shortened();
}

void Capture::take_shortened() {
  std::optional<audit::RequestContent> content = std::exchange(long_request_, nullptr)->finish();
  if (!content) return give_up_request();
  request_bytes_ = content->text.size();
  exchange_.request->shortened = std::move(*content);
}

/// As where there was no room for it: the exchange goes on without.
void Capture::give_up_request() noexcept {
  exchange_.no_room = true;
  exchange_.request.reset();
  long_request_.reset();
  request_bytes_ = 0;
}

asio::awaitable<Result<void>> Capture::keep_request(const usage::UsageRecord& intent,
                                                    Cancellation& cancellation) {
  if (exchange_.no_room)
    co_return Error{Errc::throttled, "the client's share of audit.memory is used up"};
  Exchange request(exchange_.hold.another());
  request.terms = exchange_.terms;
  request.record = intent;
  request.request = std::exchange(exchange_.request, std::nullopt);
  request.request_alone = true;
  request.names_conversation = exchange_.names_conversation;
  request.replacer = exchange_.replacer;
  request.conversation = exchange_.conversation;
  request.unstored = UnstoredRequest(exchange_.conversation);
  std::swap(request.hold, exchange_.hold);
  request_bytes_ = 0;
  // Whatever ends the wait, the recorder knows what became of it (Conversation) before it comes to
  // the rest.
  const Kept kept = co_await recorder_.keep_and_wait(std::move(request), cancellation);
  co_return kept.whole;
}

void Capture::begin_answer(std::string_view content_type, std::string_view coding,
                           audit::AnswerKind kind) noexcept {
  if (!exchange_.terms.keeps_content()) return;
  try {
    answer_bytes_ = 0;
    decoder_.reset();
    const bool is_known = usage::ContentDecoder::knows(coding);
    const bool is_plain = is_known || coding.empty() || iequals(coding, "identity");
    // In a coding that nobody reads here rules find nothing: it is described as a file is.
    if (!is_plain) kind = audit::AnswerKind::file;
    assembly_.emplace(is_plain ? content_type : kFile, max_body_, kind);
    answer_type_ = content_type;
    if (is_known) decoder_.emplace(coding);
  } catch (const std::exception&) {
    give_up_answer();
  }
}

void Capture::feed(std::string_view payload) noexcept {
  if (!assembly_) return;
  try {
    if (!decoder_) return take(payload);
    decoder_->feed(payload, [this](std::string_view plain) { take(plain); });
  } catch (const std::exception&) {
    give_up_answer();
  }
}

void Capture::take(std::string_view plain) {
  if (!assembly_) return;
  answer_bytes_ += plain.size();
  const std::size_t held = std::min(answer_bytes_, kAssemblyFactor * max_body_);
  if (!has_room_for(request_bytes_ + held)) return give_up_answer();
  assembly_->feed(plain);
}

void Capture::give_up_answer() noexcept {
  exchange_.no_room = true;
  assembly_.reset();
}

void Capture::answer_instead(std::string_view body) noexcept {
  begin_answer("application/json", "");
  exchange_.answered_by = source::kGateway;
  feed(body);
  whole_ = true;
}

Exchange Capture::finish(const usage::UsageRecord& record) {
  // It ended before its long request was read in turns: in one go, then.
  if (long_request_) {
    long_request_->take_turn(long_request_->rest.size());
    take_shortened();
  }
  if (assembly_) finish_answer();
  exchange_.record = record;
  return std::move(exchange_);
}

void Capture::finish_answer() noexcept {
  try {
    const bool whole = whole_ && (!decoder_ || decoder_->complete());
    exchange_.answer = {std::move(answer_type_), assembly_->finish(whole)};
    assembly_.reset();
    answer_bytes_ = exchange_.answer->answer.body.size();
    exchange_.hold.shrink_to(in_pieces(request_bytes_ + answer_bytes_));
  } catch (const std::exception&) {
    give_up_answer();
  }
}

}  // namespace tollgate::capture
