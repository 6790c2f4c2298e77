// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/network.hpp"

#include <array>
#include <charconv>
#include <span>
#include <string>

namespace tollgate {

namespace asio = boost::asio;

namespace {

asio::ip::address unmapped(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

bool bit(std::span<const unsigned char> bytes, unsigned index) {
  return ((bytes[index / 8] >> (7 - index % 8)) & 1) != 0;
}

template <class Bytes>
bool same_prefix(const Bytes& a, const Bytes& b, unsigned bits) {
  for (unsigned i = 0; i < bits; ++i) {
    if (bit(a, i) != bit(b, i)) return false;
  }
  return true;
}

template <class Bytes>
bool host_bits_clear(const Bytes& bytes, unsigned prefix) {
  for (unsigned i = prefix; i < bytes.size() * 8; ++i) {
    if (bit(bytes, i)) return false;
  }
  return true;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  boost::system::error_code error;
  Network out;
  out.network_ = asio::ip::make_address(std::string(text.substr(0, slash)), error);
  if (error) return std::nullopt;
  const unsigned width = out.network_.is_v4() ? 32 : 128;
  out.prefix_ = width;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), out.prefix_);
    if (failure != std::errc() || end != digits.data() + digits.size() || out.prefix_ > width) {
      return std::nullopt;
    }
  }
  const bool clear = out.network_.is_v4()
                         ? host_bits_clear(out.network_.to_v4().to_bytes(), out.prefix_)
                         : host_bits_clear(out.network_.to_v6().to_bytes(), out.prefix_);
  return clear ? std::optional(out) : std::nullopt;
}

bool Network::contains(const asio::ip::address& address) const {
  const asio::ip::address plain = unmapped(address);
  if (plain.is_v4() != network_.is_v4()) return false;
  if (plain.is_v4()) {
    return same_prefix(plain.to_v4().to_bytes(), network_.to_v4().to_bytes(), prefix_);
  }
  return same_prefix(plain.to_v6().to_bytes(), network_.to_v6().to_bytes(), prefix_);
}

}  // namespace tollgate
