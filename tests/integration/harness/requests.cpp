// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "requests.hpp"

#include <array>
#include <cstdio>

namespace tollgate::integration {

std::string ClientRequest::bytes() const {
  std::string out = line + "\r\nHost: gw\r\nContent-Type: application/json\r\napi-key: ";
  out.append(key).append("\r\n").append(fields);
  if (with_length) out.append("Content-Length: " + std::to_string(body.size()) + "\r\n");
  return out.append("\r\n").append(body);
}

std::string ForwardedRequest::bytes() const {
  std::string out = "POST " + target + " HTTP/1.1\r\nhost: " + authority;
  out.append("\r\nContent-Type: application/json\r\n").append(fields);
  out.append("api-key: ").append(kBackendKey).append("\r\n");
  out.append("content-length: " + std::to_string(body.size()) + "\r\n\r\n");
  return out.append(body);
}

std::string answer(std::string_view fields, std::string_view body) {
  std::string out = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
  out.append(std::to_string(body.size())).append("\r\n").append(fields);
  return out.append("\r\n").append(body);
}

std::string chunk(std::string_view payload) {
  std::array<char, 20> size{};
  std::snprintf(size.data(), size.size(), "%zx\r\n", payload.size());
  return std::string(size.data()).append(payload).append("\r\n");
}

}  // namespace tollgate::integration
