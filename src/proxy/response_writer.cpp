// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "response_writer.hpp"

#include <array>
#include <charconv>

#include "rate_fields.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/base/text_builder.hpp"
#include "tollgate/http/cors.hpp"

namespace tollgate::proxy {
namespace {

constexpr std::size_t kUsualHead = 1024;
constexpr std::string_view kLineEnd = "\r\n";

}  // namespace

ClientFraming client_framing(const http::ResponseHead& head, int client_minor_version,
                             bool bytes_may_change) {
  if (head.body.kind == http::Framing::none) return ClientFraming::none;
  if (head.body.kind == http::Framing::length && !bytes_may_change) return ClientFraming::length;
  return client_minor_version == 0 ? ClientFraming::until_close : ClientFraming::chunked;
}

std::string write_response_head(const http::ResponseHead& head, ClientFraming framing,
                                bool keep_alive, bool no_retry, std::string_view own_lines,
                                std::string_view rate_lines) {
  TextBuilder out(kUsualHead);
  out.add("HTTP/1.1 ").add_number(head.status).add(' ').add(head.reason).add("\r\n");
  const bool has_connection_field = !head.find("connection").empty();
  const bool keeps_length = framing == ClientFraming::length || framing == ClientFraming::none;
  for (const http::Field& field : head.fields) {
    if (http::is_hop_by_hop(field.name) || iequals(field.name, "set-cookie")) continue;
    if (iequals(field.name, "content-length") && !keeps_length) continue;
    if (!own_lines.empty() && http::is_cors_field(field.name)) continue;
    if (no_retry && iequals(field.name, "x-should-retry")) continue;
    if (replaces(rate_lines, field.name)) continue;
    if (has_connection_field && http::is_nominated_hop_by_hop(head.fields, field.name)) continue;
    out.add(field.name).add(": ").add(field.value).add("\r\n");
  }
  if (framing == ClientFraming::chunked) out.add("Transfer-Encoding: chunked\r\n");
  if (no_retry) out.add("x-should-retry: false\r\n");
  out.add(rate_lines).add(own_lines);
  if (!keep_alive) out.add("Connection: close\r\n");
  return out.add("\r\n").take();
}

void append_framed(std::string& out, ClientFraming framing, std::string_view payload) {
  if (payload.empty()) return;
  if (framing != ClientFraming::chunked) {
    out.append(payload);
    return;
  }
  std::array<char, 16> size{};
  const auto end = std::to_chars(size.data(), size.data() + size.size(), payload.size(), 16).ptr;
  // At once: the line end behind the payload would else move the whole of it.
  out.reserve(out.size() + size.size() + payload.size() + 2 * kLineEnd.size());
  out.append(size.data(), end).append(kLineEnd).append(payload).append(kLineEnd);
}

void append_end(std::string& out, ClientFraming framing) {
  if (framing == ClientFraming::chunked) out.append("0\r\n\r\n");
}

}  // namespace tollgate::proxy
