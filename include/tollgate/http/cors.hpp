// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/http/head.hpp"

namespace tollgate::http {

/// Whose pages may call from a browser (CORS, as the Fetch standard has it). Never with the
/// browser's own credentials: a caller proves itself by a header that the page sets. Pure.
class CorsPolicy {
 public:
  CorsPolicy() = default;
  /// Origins as a browser writes them, https://app.example; "*" is every one; none: nobody.
  explicit CorsPolicy(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  /// The browser's question before a request (OPTIONS with Origin and
  /// Access-Control-Request-Method) from a page that may call. Anything else is a request like any
  /// other.
  bool is_preflight(const RequestHead& head) const;

  /// Header lines for the answer to that question: the methods, and those headers that it asked
  /// for.
  std::string preflight_lines(const RequestHead& head) const;

  /// Header lines for every other answer to this request, refusals included, since a page may read
  /// nothing without them. Empty: the request is from no page, or from one that may not call.
  /// `Vary` is among them wherever the answer may depend on the origin.
  std::string answer_lines(const RequestHead& head) const;

 private:
  bool allows(std::string_view origin) const;

  std::vector<std::string> origins_;
};

/// Whether a field of an answer speaks to browsers of origins.
bool is_cors_field(std::string_view name);

}  // namespace tollgate::http
