// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "relay.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

/// One TLS record: a larger buffer would not be filled by one read.
constexpr std::size_t kReadSize = 16 * 1024;

SteadyTime now() { return std::chrono::steady_clock::now(); }

}  // namespace

Relay::Relay(upstream::Answer& answer, net::ByteStream& client, Cancellation& cancellation,
             RelayOptions options)
    : Watcher(cancellation),
      answer_(answer),
      client_(client),
      cancellation_(cancellation),
      options_(options),
      meter_(options.shape, options.meter),
      framing_(client_framing(answer.head, options.client_minor_version,
                              options.strip_usage || seals())),
      reader_(answer.head.body),
      stripper_(options.shape) {
  const http::ResponseHead& head = options.ids == nullptr ? answer.head : options.ids->head();
  out_ = write_response_head(head, framing_, client_reusable(), answer.given_up,
                             options.answer_lines, options.rate_lines);
  Relay::on_change();
}

asio::awaitable<void> Relay::pump() {
  end_ = co_await pump_pieces();
  pumping_ = false;
}

asio::awaitable<RelayEnd> Relay::pump_pieces() {
  for (;;) {
    Result<std::string_view> payload = co_await next_payload();
    if (!payload) co_return end_for(payload.error());
    if (reader_.broken()) co_return RelayEnd::upstream_broken;
    if (reader_.done()) {
      on_identity_ = nullptr;  // the end, which is next, tells all of it
      read(*payload);
      stage(*payload);
      held_back_ = payload->size();
      co_return is_broken() ? RelayEnd::upstream_broken : RelayEnd::complete;
    }
    // The bytes go out first and are read after, but for an object's id: before its client can use
    // that, the ledger knows whose it is. The head leaves at once even without a body byte.
    const bool id_first = on_identity_ != nullptr;
    if (id_first) read(*payload);
    co_await send(*payload);
    if (!id_first) read(*payload);
    if (is_broken()) co_return RelayEnd::upstream_broken;
    if (drained_enough()) co_return RelayEnd::cancelled;
  }
}

asio::awaitable<Result<std::string_view>> Relay::next_payload() {
  std::size_t size = 0;
  if (first_piece_) {
    first_piece_ = false;
    wire_ = answer_.bytes.data() + answer_.head_length;
    size = answer_.bytes.size() - answer_.head_length;
    if (reader_.done()) extra_bytes_ = size != 0;
    // Nothing arrived with the head: the client gets the head now, not with the first body byte.
    if (size == 0 || reader_.done()) co_return std::string_view();
  } else {
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(kReadSize);
    wire_ = buffer_.get();
    net::ByteStream& upstream = answer_.connection.stream();
    upstream.deadline(std::min(now() + options_.timeouts.idle, drain_until_));
    const Result<std::size_t> count = co_await upstream.read_some(asio::buffer(wire_, kReadSize));
    if (!count) {
      if (count.error().code == Errc::closed) reader_.on_end_of_stream();
      if (!reader_.done()) co_return count.error();
      co_return std::string_view();
    }
    size = *count;
  }
  const auto decoded = reader_.decode(wire_, size);
  extra_bytes_ = extra_bytes_ || decoded.consumed != size;
  if (client_gone_) drained_bytes_ += static_cast<std::int64_t>(size);
  co_return std::string_view(wire_, decoded.payload);
}

void Relay::read(std::string_view payload) {
  meter_.feed(payload);
  if (options_.capture != nullptr) options_.capture->feed(payload);
  if (!on_identity_ || meter_.so_far().response_id.empty()) return;
  std::exchange(on_identity_, nullptr)(meter_.so_far());
}

void Relay::stage(std::string_view payload) {
  if (options_.strip_usage) {
    stripped_.clear();
    stripper_.feed(payload, stripped_);
    if (reader_.done()) stripper_.finish(stripped_);
    payload = stripped_;
  }
  if (seals()) {
    sealed_.clear();
    options_.ids->feed(payload, sealed_);
    if (reader_.done()) options_.ids->finish(sealed_);
    payload = sealed_;
  }
  response_bytes_ += static_cast<std::int64_t>(payload.size());
  append_framed(out_, framing_, payload);
}

asio::awaitable<void> Relay::send(std::string_view payload) {
  if (client_gone_) {
    missed_ = missed_ || !payload.empty();
    co_return;
  }
  stage(payload);
  if (out_.empty()) co_return;
  client_.deadline(now() + options_.client_write);
  const Result<void> written = co_await client_.write(out_);
  out_.clear();
  if (!written) {
    missed_ = true;
    cancellation_.client_left();
    co_return;
  }
  note_sent();
}

void Relay::note_sent() {
  client_.no_deadline();
  head_sent_ = true;
  if (!first_byte_at_) first_byte_at_ = now();
}

asio::awaitable<Afterwards> Relay::finish() {
  append_end(out_, framing_);
  if (!out_.empty()) {
    client_.deadline(now() + options_.client_write);
    const Result<void> written = co_await client_.write(out_);
    if (!written) co_return Afterwards::abort;
    note_sent();
  }
  co_return client_reusable() ? Afterwards::keep : Afterwards::close;
}

void Relay::on_change() {
  if (!pumping_) return;  // the backend connection may already carry another exchange
  if (cancellation_.client_has_left()) client_gone();
  if (cancellation_.ended()) answer_.connection.stream().cancel(Errc::cancelled);
}

void Relay::client_gone() {
  if (client_gone_) return;
  client_gone_ = true;
  drain_until_ = now() + options_.timeouts.drain;
  answer_.connection.stream().deadline(std::min(now() + options_.timeouts.idle, drain_until_));
}

bool Relay::drained_enough() const {
  return client_gone_ &&
         (drained_bytes_ > static_cast<std::int64_t>(options_.timeouts.drain_size) ||
          now() >= drain_until_);
}

RelayEnd Relay::end_for(const Error& error) const {
  if (error.code == Errc::cancelled) return RelayEnd::cancelled;
  if (error.code == Errc::timeout) {
    return now() >= drain_until_ ? RelayEnd::cancelled : RelayEnd::upstream_timeout;
  }
  return RelayEnd::upstream_broken;
}

bool Relay::upstream_reusable() const {
  return reader_.done() && !extra_bytes_ && answer_.head.keep_alive;
}

}  // namespace tollgate::proxy
