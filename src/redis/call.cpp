// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redis/call.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "tollgate/base/hex.hpp"

namespace tollgate::redis {
namespace {

std::string sha1_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error("no SHA-1");
  return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

/// CRC-16/XMODEM.
std::uint16_t crc16(std::string_view bytes) {
  constexpr unsigned kPolynomial = 0x1021;
  unsigned crc = 0;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned>(static_cast<unsigned char>(byte)) << 8U;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1U) ^ ((crc & 0x8000U) != 0 ? kPolynomial : 0U);
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace

Script::Script(std::string source) : source_(std::move(source)), sha1_(sha1_of(source_)) {}

Call Call::eval(const Script& script, std::vector<std::string> keys,
                std::vector<std::string> arguments) {
  return {&script, std::move(keys), std::move(arguments)};
}

Call Call::command(std::vector<std::string> words) { return {nullptr, {}, std::move(words)}; }

std::string_view Call::key() const {
  if (!keys.empty()) return keys.front();
  return script == nullptr && arguments.size() > 1 ? std::string_view(arguments[1])
                                                   : std::string_view();
}

unsigned slot_of(std::string_view key) {
  const std::size_t open = key.find('{');
  if (open != std::string_view::npos) {
    const std::size_t close = key.find('}', open + 1);
    if (close != std::string_view::npos && close > open + 1)
      key = key.substr(open + 1, close - open - 1);
  }
  return crc16(key) % kSlots;
}

}  // namespace tollgate::redis
