// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_address.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "tollgate/base/text.hpp"

namespace tollgate::proxy {

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

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// One element: an address, or one with a port as Application Gateway writes it, IPv6 then in brackets.
std::optional<asio::ip::address> element_address(std::string_view text) {
  boost::system::error_code error;
  const std::size_t colon = text.rfind(':');
  const bool v4_with_port = colon != std::string_view::npos && text.find(':') == colon;
  const bool bracketed = !text.empty() && text.front() == '[';
  if (v4_with_port || (bracketed && text.back() != ']')) {
    if (colon == std::string_view::npos || !is_port(text.substr(colon + 1))) return std::nullopt;
    text = text.substr(0, colon);
  }
  if (bracketed) {
    if (text.back() != ']') return std::nullopt;
    const auto v6 = asio::ip::make_address_v6(text.substr(1, text.size() - 2), error);
    return error ? std::nullopt : std::optional<asio::ip::address>(v6);
  }
  const auto address = asio::ip::make_address(text, error);
  return error ? std::nullopt : std::optional(address);
}

/// All X-Forwarded-For lines as one list, in order.
std::string forwarded_list(const std::vector<http::Field>& fields) {
  std::string list;
  for (const http::Field& field : fields) {
    if (!iequals(field.name, "x-forwarded-for")) continue;
    if (!list.empty()) list.append(",");
    list.append(field.value);
  }
  return list;
}

}  // namespace

std::string client_address(const asio::ip::address& peer, const std::vector<http::Field>& fields,
                           const std::vector<Network>& trusted_proxies) {
  asio::ip::address believed = unmapped(peer);
  if (!is_trusted(believed, trusted_proxies)) return believed.to_string();
  const std::string list = forwarded_list(fields);
  std::string_view rest = list;
  while (!rest.empty() && is_trusted(believed, trusted_proxies)) {
    const std::size_t comma = rest.rfind(',');
    const std::string_view last =
        trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
    const auto address = element_address(last);
    if (!address) break;
    believed = unmapped(*address);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
  }
  return believed.to_string();
}

}  // namespace tollgate::proxy
