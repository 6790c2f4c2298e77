// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/client_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "forwarded_elements.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::http {

namespace asio = boost::asio;

namespace {

asio::ip::address unmapped(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

bool is_trusted(const asio::ip::address& address, const std::vector<Network>& trusted) {
  return std::any_of(trusted.begin(), trusted.end(),
                     [&](const Network& network) { return network.contains(address); });
}

/// All lines of the field as one list, in order; nullopt without any.
std::optional<std::string> joined(const std::vector<Field>& fields, std::string_view name) {
  std::optional<std::string> list;
  for (const Field& field : fields) {
    if (!iequals(field.name, name)) continue;
    list = list ? *list + "," + std::string(field.value) : std::string(field.value);
  }
  return list;
}

struct List {
  std::string text;
  bool forwarded = false;  ///< by the rules of RFC 7239
};

/// One of the two headers only: a mixture of both has no order.
List forwarding_list(const std::vector<Field>& fields, ForwardedHeader header) {
  if (header != ForwardedHeader::forwarded) {
    if (auto list = joined(fields, "x-forwarded-for")) return {std::move(*list), false};
    if (header == ForwardedHeader::x_forwarded_for) return {};
  }
  return {joined(fields, "forwarded").value_or(std::string()), true};
}

/// As its to_string(), which goes through printf for each request.
std::string text_of(const asio::ip::address& address) {
  if (!address.is_v4()) return address.to_string();
  std::array<char, 15> text;
  char* end = text.data();
  for (const unsigned char part : address.to_v4().to_bytes()) {
    if (end != text.data()) *end++ = '.';
    end = std::to_chars(end, text.data() + text.size(), part).ptr;
  }
  return {text.data(), end};
}

}  // namespace

std::string client_address(const asio::ip::address& peer, const std::vector<Field>& fields,
                           const ProxyTrust& proxies) {
  asio::ip::address believed = unmapped(peer);
  if (!is_trusted(believed, proxies.networks)) return text_of(believed);
  const List list = forwarding_list(fields, proxies.header);
  std::string_view rest = list.text;
  while (!rest.empty() && is_trusted(believed, proxies.networks)) {
    const std::string_view last = take_last_element(rest, list.forwarded);
    const auto address = list.forwarded ? forwarded_address(last) : node_address(last);
    if (!address) break;
    believed = unmapped(*address);
  }
  return text_of(believed);
}

}  // namespace tollgate::http
