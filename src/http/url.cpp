// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/url.hpp"

#include <algorithm>
#include <charconv>

namespace tollgate::http {
namespace {

Error bad_url(std::string_view why) {
  return Error{Errc::invalid_input, std::string("not a usable URL: ").append(why)};
}

bool take_port(std::string_view text, std::uint16_t& port) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0 || value > 65535) {
    return false;
  }
  port = static_cast<std::uint16_t>(value);
  return true;
}

bool is_host_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '_';
}

/// Splits "host", "host:port" or "[v6]:port".
Result<void> take_authority(std::string_view text, Url& url) {
  std::string_view port;
  if (!text.empty() && text.front() == '[') {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return bad_url("an unclosed bracket");
    url.host = text.substr(1, close - 1);
    port = text.substr(close + 1);
  } else {
    const std::size_t colon = text.find(':');
    url.host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    if (!std::all_of(url.host.begin(), url.host.end(), is_host_char)) return bad_url("bad host");
  }
  if (url.host.empty()) return bad_url("no host");
  if (port.empty()) return {};
  if (port.front() != ':' || !take_port(port.substr(1), url.port)) return bad_url("bad port");
  return {};
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? 443 : 80)) out.append(":").append(std::to_string(port));
  return out;
}

Result<Url> parse_url(std::string_view text) {
  Url url;
  if (text.substr(0, 8) == "https://") {
    text.remove_prefix(8);
  } else if (text.substr(0, 7) == "http://") {
    url.tls = false;
    url.port = 80;
    text.remove_prefix(7);
  } else {
    return bad_url("the scheme is not http or https");
  }
  const auto printable = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!std::all_of(text.begin(), text.end(), printable)) return bad_url("blank or control bytes");
  if (text.find('#') != std::string_view::npos) return bad_url("a fragment");
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  const Result<void> authority = take_authority(text.substr(0, path), url);
  if (!authority) return authority.error();
  if (path < text.size()) url.target = text.substr(path);
  if (url.target.front() == '?') url.target.insert(0, "/");
  return url;
}

std::string percent_encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
      out.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
    }
  }
  return out;
}

}  // namespace tollgate::http
