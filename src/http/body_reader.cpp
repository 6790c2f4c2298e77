// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/body_reader.hpp"

#include <algorithm>
#include <cstring>

namespace tollgate::http {
namespace {

constexpr unsigned kMaxSizeDigits = 15;
constexpr std::size_t kMaxExtension = 256;
constexpr std::size_t kMaxTrailerBytes = 8 * 1024;
constexpr unsigned kMaxTrailerLines = 64;

int hex_value(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; }

}  // namespace

BodyReader::BodyReader(BodyFraming framing) : state_(State::done) {
  switch (framing.kind) {
    case Framing::none:
      break;
    case Framing::length:
      remaining_ = framing.length;
      state_ = remaining_ == 0 ? State::done : State::length;
      break;
    case Framing::chunked:
      state_ = State::size_first;
      break;
    case Framing::until_close:
      state_ = State::until_close;
      break;
  }
}

std::size_t BodyReader::payload_run(std::size_t available) const {
  switch (state_) {
    case State::until_close:
      return available;
    case State::length:
    case State::data:
      return static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, available));
    default:
      return 0;
  }
}

void BodyReader::take_payload(std::size_t count) {
  if (state_ == State::until_close) return;
  remaining_ -= count;
  if (remaining_ == 0) state_ = state_ == State::length ? State::done : State::data_cr;
}

BodyReader::Decoded BodyReader::decode(char* wire, std::size_t size) {
  Decoded out;
  while (out.consumed < size && state_ != State::done && state_ != State::broken) {
    const std::size_t run = payload_run(size - out.consumed);
    if (run == 0) {
      state_ = step(static_cast<unsigned char>(wire[out.consumed++]));
      continue;
    }
    if (out.payload != out.consumed) std::memmove(wire + out.payload, wire + out.consumed, run);
    out.payload += run;
    out.consumed += run;
    take_payload(run);
  }
  return out;
}

void BodyReader::on_end_of_stream() {
  if (state_ == State::until_close) state_ = State::done;
}

BodyReader::State BodyReader::step(unsigned char byte) {
  switch (state_) {
    case State::size_first:
    case State::size:
      return step_size(byte);
    case State::extension:
      return step_extension(byte);
    case State::size_lf:
      return byte == '\n' ? after_size() : State::broken;
    case State::data_cr:
      return byte == '\r' ? State::data_lf : State::broken;
    case State::data_lf:
      return byte == '\n' ? State::size_first : State::broken;
    case State::trailer_first:
    case State::trailer:
      return step_trailer(byte);
    case State::trailer_lf:
      return byte == '\n' ? State::trailer_first : State::broken;
    case State::end_lf:
      return byte == '\n' ? State::done : State::broken;
    default:
      return State::broken;
  }
}

BodyReader::State BodyReader::step_size(unsigned char byte) {
  if (state_ == State::size_first) {
    remaining_ = 0;
    size_digits_ = 0;
  }
  const int digit = hex_value(byte);
  if (digit >= 0) {
    if (++size_digits_ > kMaxSizeDigits) return State::broken;
    remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(digit);
    return State::size;
  }
  if (size_digits_ == 0) return State::broken;
  if (byte == '\r') return State::size_lf;
  if (byte != ';') return State::broken;
  overhead_ = 0;
  return State::extension;
}

BodyReader::State BodyReader::step_extension(unsigned char byte) {
  if (byte == '\r') return State::size_lf;
  if (is_control(byte) || ++overhead_ > kMaxExtension) return State::broken;
  return State::extension;
}

BodyReader::State BodyReader::after_size() {
  overhead_ = 0;
  return remaining_ == 0 ? State::trailer_first : State::data;
}

BodyReader::State BodyReader::step_trailer(unsigned char byte) {
  if (++overhead_ > kMaxTrailerBytes) return State::broken;
  if (byte == '\r') {
    if (state_ == State::trailer_first) return State::end_lf;
    return State::trailer_lf;
  }
  if (is_control(byte)) return State::broken;
  if (state_ == State::trailer_first && ++trailer_lines_ > kMaxTrailerLines) return State::broken;
  return State::trailer;
}

}  // namespace tollgate::http
