// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/capture.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::capture {

namespace asio = boost::asio;

namespace {

/// An assembly holds at most about so many times the body that comes out of it
/// (answer_assembly.hpp).
constexpr std::size_t kAssemblyFactor = 4;
/// Memory is taken in pieces of this size, so that a stream of small events asks for it seldom.
constexpr std::size_t kPiece = 64 * 1024;

std::size_t in_pieces(std::size_t bytes) { return (bytes + kPiece - 1) / kPiece * kPiece; }

}  // namespace

Capture::Capture(Recorder& recorder, const Terms& terms, std::size_t max_body)
    : recorder_(recorder), exchange_(recorder.memory()), max_body_(max_body) {
  exchange_.terms = terms;
  exchange_.replacer = recorder.make_replacer();
  exchange_.conversation = std::make_shared<Conversation>();
}

bool Capture::has_room_for(std::size_t bytes) {
  if (exchange_.hold.grow_to(in_pieces(bytes))) return true;
  exchange_.no_room = true;
  return false;
}

void Capture::take_request(std::string_view content_type, std::string_view body) {
  if (!exchange_.terms.keeps_content() || !has_room_for(body.size())) return;
  request_bytes_ = body.size();
  exchange_.request = {std::string(content_type), std::string(body)};
}

asio::awaitable<Result<void>> Capture::keep_request(const usage::UsageRecord& intent,
                                                    Cancellation& cancellation) {
  if (exchange_.no_room) co_return Error{Errc::throttled, "audit.memory is used up"};
  Exchange request(recorder_.memory());
  request.terms = exchange_.terms;
  request.record = intent;
  request.request = std::exchange(exchange_.request, std::nullopt);
  request.request_alone = true;
  request.replacer = exchange_.replacer;
  request.conversation = exchange_.conversation;
  std::swap(request.hold, exchange_.hold);
  request_bytes_ = 0;
  const Result<void> kept = co_await recorder_.keep_and_wait(std::move(request), cancellation);
  // What is not waited for any longer is stored all the same.
  exchange_.request_is_stored = kept || kept.error().code == Errc::cancelled;
  co_return kept;
}

void Capture::begin_answer(std::string_view content_type, std::string_view coding) {
  if (!exchange_.terms.keeps_content()) return;
  answer_type_ = content_type;
  answer_bytes_ = 0;
  assembly_.emplace(content_type, max_body_);
  decoder_.reset();
  if (usage::ContentDecoder::knows(coding)) decoder_.emplace(coding);
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

void Capture::give_up_answer() {
  exchange_.no_room = true;
  assembly_.reset();
}

void Capture::answer_instead(std::string_view body) {
  begin_answer("application/json", "");
  exchange_.answered_by = source::kGateway;
  feed(body);
  whole_ = true;
}

Exchange Capture::finish(const usage::UsageRecord& record) {
  if (assembly_) {
    exchange_.answer = {std::move(answer_type_), assembly_->finish(whole_)};
    assembly_.reset();
  }
  exchange_.record = record;
  return std::move(exchange_);
}

}  // namespace tollgate::capture
