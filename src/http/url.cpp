// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/url.hpp"

#include <algorithm>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace tollgate::http {
namespace {

Error bad_url(std::string_view why) {
  return Error{Errc::invalid_input, std::string("not a usable URL: ").append(why)};
}

/// Narrower than RFC 3986's reg-name, which also takes "%2F" and "!$&'()*+,;=".
bool is_host_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
  });
}

Result<void> take_host(const boost::urls::url_view& parsed, Url& url) {
  if (parsed.has_userinfo()) return bad_url("user information");
  url.host = parsed.host_address();
  if (url.host.empty()) return bad_url("no host");
  const bool v6 = parsed.host_type() == boost::urls::host_type::ipv6;
  if (!v6 && !is_host_name(parsed.encoded_host())) return bad_url("bad host");
  if (!parsed.has_port()) return {};
  url.port = parsed.port_number();
  if (url.port == 0) return bad_url("bad port");
  return {};
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? 443 : 80)) out.append(":").append(std::to_string(port));
  return out;
}

Result<Url> parse_url(std::string_view text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return bad_url(parsed.error().message());
  Url url;
  if (parsed->scheme_id() == boost::urls::scheme::http) {
    url.tls = false;
    url.port = 80;
  } else if (parsed->scheme_id() != boost::urls::scheme::https) {
    return bad_url("the scheme is not http or https");
  }
  if (parsed->has_fragment()) return bad_url("a fragment");
  const Result<void> host = take_host(*parsed, url);
  if (!host) return host.error();
  url.target = parsed->encoded_target();
  if (url.target.empty() || url.target.front() == '?') url.target.insert(0, "/");
  return url;
}

}  // namespace tollgate::http
