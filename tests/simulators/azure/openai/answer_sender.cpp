// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/answer_sender.hpp"

#include <algorithm>

#include "openai/response_head.hpp"
#include "pause.hpp"

namespace tollgate::simulator {

namespace asio = boost::asio;

namespace {

std::string chunk_head(std::size_t size) {
  char text[32];
  const int length = std::snprintf(text, sizeof(text), "%zx\r\n", size);
  return {text, static_cast<std::size_t>(length)};
}

std::string chunk_of(std::string_view bytes) {
  return chunk_head(bytes.size()).append(bytes).append("\r\n");
}

}  // namespace

AnswerSender::AnswerSender(const Call& call, Answer answer, Bill::Ref entry, Wire& wire)
    : call_(call),
      behaviour_(call.behaviour),
      answer_(std::move(answer)),
      entry_(entry),
      wire_(wire),
      in_chunks_(!behaviour_.close_delimited && (answer_.streamed || behaviour_.chunked)) {
  answer_.pieces = shaped(answer_, behaviour_);
  const std::size_t count = answer_.pieces.size();
  if (count > 0) usage_from_ = count - 1;
  for (std::size_t i = count; i-- > 0;) {
    if (!answer_.pieces[i].usage) continue;
    usage_from_ = i;
    if (usage_to_ == kNone) usage_to_ = i;
  }
}

std::string AnswerSender::head() const {
  std::string out = "HTTP/1.1 " + std::to_string(answer_.status) + " " + answer_.reason + "\r\n";
  for (const auto& [name, value] : head_fields(call_, answer_)) out += name + ": " + value + "\r\n";
  if (behaviour_.close_delimited) return out + "connection: close\r\n\r\n";
  if (in_chunks_) return out + "transfer-encoding: chunked\r\n\r\n";
  std::size_t length = 0;
  for (const Piece& piece : answer_.pieces) length += piece.length();
  return out + "content-length: " + std::to_string(length) + "\r\n\r\n";
}

asio::awaitable<void> AnswerSender::write(std::string_view bytes) {
  if (behaviour_.write_bytes == 0 || behaviour_.write_delay_ms <= 0) {
    co_await wire_.write(bytes);
    co_return;
  }
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), behaviour_.write_bytes);
    co_await wire_.write(bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (!bytes.empty()) co_await pause(behaviour_.write_delay_ms);
  }
}

/// Stalls at this place if the behaviour wants it; true: ended the connection there.
asio::awaitable<bool> AnswerSender::reached(BreakAt place) {
  if (behaviour_.stall_at == place) co_await pause(behaviour_.stall_ms);
  if (behaviour_.reset_at == place) {
    wire_.reset();
    call_.bill->ended(entry_, "reset");
    co_return true;
  }
  if (behaviour_.close_at == place) {
    wire_.close();
    call_.bill->ended(entry_, "closed");
    co_return true;
  }
  co_return false;
}

/// Nothing happens between the head and the end: one write will do, as a service would.
bool AnswerSender::undisturbed() const {
  std::size_t length = 0;
  for (const Piece& piece : answer_.pieces) length += piece.length();
  return !answer_.streamed && length < 256 * 1024 && !behaviour_.breaks_off() &&
         behaviour_.stall_at == BreakAt::nowhere;
}

void AnswerSender::sent(std::size_t index) {
  const std::size_t count = answer_.pieces.size();
  const std::int64_t all = call_.generation.tokens.completion;
  const auto done = static_cast<std::int64_t>(index + 1);
  const auto whole = static_cast<std::int64_t>(count);
  call_.bill->produced(entry_, answer_.streamed ? all * done / whole : all);
  if (usage_to_ == kNone || index < usage_to_) return;
  call_.bill->usage_sent(entry_);
  if (answer_.shows && index == usage_to_) call_.bill->seen(*answer_.shows, call_.request_id);
}

asio::awaitable<void> AnswerSender::write_piece(const Piece& piece) {
  for (std::size_t left = piece.length(); left > 0;) {
    const std::size_t size = std::min(left, piece.bytes.size());
    const std::string_view part = std::string_view(piece.bytes).substr(0, size);
    if (in_chunks_) {
      const std::string chunk = chunk_of(part);
      co_await write(chunk);
    } else {
      co_await write(part);
    }
    left -= size;
  }
}

asio::awaitable<void> AnswerSender::write_pieces() {
  const auto& pieces = answer_.pieces;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    co_await pause_until(pieces[i].not_before);
    if (answer_.cancelled && *answer_.cancelled) co_return;
    if (i > 0 && answer_.streamed) co_await pause(behaviour_.chunk_delay_ms);
    if (i == pieces.size() / 2) broken_ = co_await reached(BreakAt::mid_body);
    if (!broken_ && i == usage_from_) broken_ = co_await reached(BreakAt::before_usage);
    const bool last_byte = !answer_.streamed && i + 1 == pieces.size();
    if (!broken_ && last_byte) broken_ = co_await reached(BreakAt::before_end);
    if (broken_) co_return;
    co_await write_piece(pieces[i]);
    sent(i);
  }
  if (answer_.streamed) broken_ = co_await reached(BreakAt::before_end);
}

asio::awaitable<void> AnswerSender::finish() {
  if (behaviour_.close_delimited) {
    co_await wire_.finish();
  } else if (in_chunks_) {
    co_await write("0\r\n\r\n");
  }
  call_.bill->ended(entry_, "whole");
}

asio::awaitable<void> AnswerSender::send_all() {
  broken_ = co_await reached(BreakAt::before_head);
  if (broken_) co_return;
  for (int i = 0; i < behaviour_.informational; ++i) {
    co_await write("HTTP/1.1 103 Early Hints\r\n\r\n");
  }
  std::string bytes = head();
  if (undisturbed()) {
    for (const Piece& piece : answer_.pieces) {
      for (std::size_t left = piece.length(); left > 0;) {
        const std::string_view part = std::string_view(piece.bytes).substr(0, left);
        bytes += in_chunks_ ? chunk_of(part) : std::string(part);
        left -= part.size();
      }
    }
    co_await write(bytes);
    for (std::size_t i = 0; i < answer_.pieces.size(); ++i) sent(i);
  } else {
    co_await write(bytes);
    broken_ = co_await reached(BreakAt::after_head);
    if (!broken_) co_await write_pieces();
  }
  if (!broken_) co_await finish();
}

asio::awaitable<void> AnswerSender::send() {
  try {
    co_await send_all();
  } catch (const boost::system::system_error&) {
    call_.bill->client_gone(entry_, call_.settings.abort_billing == Settings::AbortBilling::full);
    throw;
  }
}

}  // namespace tollgate::simulator
