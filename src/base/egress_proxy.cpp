// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/egress_proxy.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

#include "tollgate/base/network.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate {
namespace {

/// Takes ":443" off the end of "host:443" or "[::1]:443"; an address of IPv6 without brackets has
/// no port.
std::string_view take_port(std::string_view& entry) {
  const std::size_t colon = entry.rfind(':');
  const bool one = colon != std::string_view::npos && entry.find(':') == colon;
  const bool bracketed = colon != std::string_view::npos && colon > 0 && entry[colon - 1] == ']';
  std::string_view port;
  if (one || bracketed) {
    port = entry.substr(colon + 1);
    entry = entry.substr(0, colon);
  }
  if (entry.size() > 1 && entry.front() == '[' && entry.back() == ']') {
    entry = entry.substr(1, entry.size() - 2);
  }
  return port;
}

bool is_in_domain(std::string_view host, std::string_view domain) {
  if (!domain.empty() && domain.front() == '*') domain.remove_prefix(1);
  if (!domain.empty() && domain.front() == '.') domain.remove_prefix(1);
  if (domain.empty() || host.size() < domain.size()) return false;
  const std::size_t rest = host.size() - domain.size();
  return iequals(host.substr(rest), domain) && (rest == 0 || host[rest - 1] == '.');
}

bool excepts(std::string_view entry, std::string_view host, std::uint16_t port) {
  if (entry == "*") return true;
  const std::string_view its_port = take_port(entry);
  if (!its_port.empty() && its_port != std::to_string(port)) return false;
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(std::string(host), no_address);
  if (no_address) return is_in_domain(host, entry);
  const auto network = Network::parse(entry);
  return network && network->contains(address);
}

bool is_nearby(std::string_view host) {
  static const Network link_local = *Network::parse("169.254.0.0/16");
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(std::string(host), no_address);
  if (no_address) return iequals(host, "localhost");
  if (address.is_v6() && address.to_v6().is_link_local()) return true;
  return address.is_loopback() || link_local.contains(address);
}

/// What could be no name, but was meant to be an address or a network.
bool looks_like_address(std::string_view text) {
  return text.find_first_not_of("0123456789.") == std::string_view::npos ||
         text.find_first_of(":/") != std::string_view::npos;
}

/// "azure.com", ".azure.com", "*.azure.com": labels of what names of hosts are made of.
bool is_domain(std::string_view text) {
  if (text.starts_with('*')) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  if (text.empty() || text.front() == '.' || text.find("..") != std::string_view::npos)
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const char small = static_cast<char>(c | 0x20);
    return (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  });
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port > 0 && port <= 65'535;
}

}  // namespace

bool is_exception(std::string_view entry) {
  if (entry == "*") return true;
  const bool ends_with_colon = entry.ends_with(':') && !entry.ends_with("::");
  const std::string_view port = take_port(entry);
  if (ends_with_colon || (!port.empty() && !is_port(port))) return false;
  return looks_like_address(entry) ? Network::parse(entry).has_value() : is_domain(entry);
}

bool EgressProxy::covers(std::string_view target_host, std::uint16_t target_port) const {
  if (is_nearby(target_host)) return false;
  return std::none_of(except.begin(), except.end(), [&](const std::string& entry) {
    return excepts(entry, target_host, target_port);
  });
}

}  // namespace tollgate
