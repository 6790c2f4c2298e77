// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::config {
namespace {

using Unit = std::pair<std::string_view, std::uint64_t>;

constexpr std::array<Unit, 5> kDurations{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 4> kSizes{
    {{"", 1}, {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}}};

/// Far above every setting, far below what overflows.
constexpr std::uint64_t kMostUnits = 1ULL << 60;

template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text,
                                             const std::array<Unit, N>& units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& [name, factor] : units) {
    if (unit == name && number <= kMostUnits / factor) return number * factor;
  }
  return std::nullopt;
}

bool is_host_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-';
}

}  // namespace

bool is_loopback(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return error ? host == "localhost" : address.is_loopback();
}

std::optional<milliseconds> parse_duration(std::string_view text) {
  const auto value = parse_with_unit(text, kDurations);
  if (!value || *value > 366ULL * 10 * 86'400'000) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(*value));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse_with_unit(text, kSizes);
}

std::optional<HostPort> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  HostPort out;
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[') {
    if (host.back() != ']') return std::nullopt;
    out.host = host.substr(1, host.size() - 2);
    boost::system::error_code failure;
    boost::asio::ip::make_address_v6(out.host, failure);
    return failure ? std::nullopt : std::optional(out);
  }
  if (!std::all_of(host.begin(), host.end(), is_host_char)) return std::nullopt;
  out.host = host;
  return out;
}

std::optional<std::string> parse_guid(std::string_view text) {
  const auto id = Uuid::parse(text);
  if (!id) return std::nullopt;
  return id->to_string();
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 256 && sanitize_utf8(text, 256) == text;
}

bool is_header_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), allowed);
}

std::optional<std::string> endpoint_fault(std::string_view text, bool allow_loopback_http) {
  const bool secure = text.substr(0, 8) == "https://";
  const bool plain = text.substr(0, 7) == "http://";
  if (!secure && !plain) return "must begin with https://";
  const std::string_view rest = text.substr(secure ? 8 : 7);
  if (plain && !allow_loopback_http) return "must begin with https://";
  if (rest.find_first_of("/?#@") != std::string_view::npos) {
    return "must be a host with an optional port and nothing behind it";
  }
  const bool has_port = rest.rfind(':') != std::string_view::npos && rest.back() != ']';
  const auto parsed = parse_address(has_port ? std::string(rest) : std::string(rest) + ":443");
  if (!parsed || parsed->port == 0) return "has a malformed host or port";
  if (plain && !is_loopback(parsed->host)) return "must begin with https://";
  return std::nullopt;
}

std::string without_operations_root(std::string_view url) {
  const auto cut_slashes = [&] {
    while (url.ends_with('/')) url.remove_suffix(1);
  };
  cut_slashes();
  if (url.ends_with("/openai/v1")) url.remove_suffix(3);
  if (url.ends_with("/openai")) url.remove_suffix(7);
  cut_slashes();
  return std::string(url);
}

std::optional<std::string> base_url_fault(std::string_view url, bool allow_loopback_http) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/";
  const std::size_t scheme = url.find("://");
  const std::size_t slash = scheme == std::string_view::npos ? scheme : url.find('/', scheme + 3);
  const std::size_t path_at = std::min(slash, url.size());
  if (const auto fault = endpoint_fault(url.substr(0, path_at), allow_loopback_http)) return fault;
  const std::string path = std::string(url.substr(path_at)) + "/";
  const bool plain = path.find_first_not_of(kPlain) == std::string::npos;
  const bool hops = path.find("/./") != std::string::npos ||
                    path.find("/../") != std::string::npos || path.find("//") != std::string::npos;
  if (!plain || hops) return "has a path that is not of plain segments";
  return std::nullopt;
}

}  // namespace tollgate::config
