// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/uuid.hpp"

#include <openssl/rand.h>

#include <cstring>
#include <stdexcept>

#include "tollgate/base/hex.hpp"

namespace tollgate {
namespace {

/// Random bytes are drawn in blocks: one call into the generator serves many identifiers.
class RandomBlock {
 public:
  void fill(std::uint8_t* out, std::size_t count) {
    if (used_ + count > block_.size()) refill();
    std::memcpy(out, block_.data() + used_, count);
    used_ += count;
  }

 private:
  void refill() {
    if (RAND_bytes(block_.data(), static_cast<int>(block_.size())) != 1) {
      throw std::runtime_error("the system's random generator failed");
    }
    used_ = 0;
  }

  std::array<std::uint8_t, 1024> block_{};
  std::size_t used_ = block_.size();
};

RandomBlock& random_block() {
  thread_local RandomBlock block;
  return block;
}

struct LastV7 {
  std::int64_t millis = 0;
  std::uint16_t counter = 0;
};

constexpr std::uint16_t kCounterMax = 0x0FFF;  // rand_a, 12 bits (RFC 9562 6.2, method 1)

}  // namespace

std::string Uuid::to_string() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(36, '-');
  std::size_t at = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) ++at;
    out[at++] = kDigits[bytes[i] >> 4];
    out[at++] = kDigits[bytes[i] & 15];
  }
  return out;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' ||
      text[23] != '-') {
    return std::nullopt;
  }
  std::string hex;
  for (const char c : text) {
    if (c != '-') hex.push_back(c);
  }
  const auto raw = from_hex(hex);
  if (!raw || raw->size() != 16) return std::nullopt;
  Uuid id;
  std::memcpy(id.bytes.data(), raw->data(), 16);
  return id;
}

Uuid make_uuid_v7(UtcTime now) {
  thread_local LastV7 last;
  std::int64_t millis = to_unix_micros(now) / 1000;
  Uuid id;
  random_block().fill(id.bytes.data() + 6, 10);
  if (millis > last.millis) {
    last.millis = millis;
    last.counter = static_cast<std::uint16_t>(((id.bytes[6] << 8) | id.bytes[7]) & 0x07FF);
  } else if (last.counter < kCounterMax) {
    ++last.counter;  // same millisecond, or the clock went back
  } else {
    ++last.millis;
    last.counter = 0;
  }
  millis = last.millis;
  for (int i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (last.counter >> 8));
  id.bytes[7] = static_cast<std::uint8_t>(last.counter & 0xFF);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

Uuid make_uuid_v4() {
  Uuid id;
  random_block().fill(id.bytes.data(), 16);
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x40);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return id;
}

}  // namespace tollgate
