// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "without_proof.hpp"

namespace tollgate::listener {
namespace {

bool asks_for_health(const WithoutProof& open, const http::RequestHead& head) {
  const bool reads = head.method == "GET" || head.method == "HEAD";
  return reads && !open.health_path.empty() &&
         head.target.substr(0, head.target.find('?')) == open.health_path;
}

std::string health_answer(const http::RequestHead& head, bool draining) {
  const std::string body = draining ? "draining\n" : "ok\n";
  std::string out = draining ? "HTTP/1.1 503 Service Unavailable\r\n" : "HTTP/1.1 200 OK\r\n";
  out.append("Content-Type: text/plain\r\nCache-Control: no-store\r\nContent-Length: ");
  out.append(std::to_string(body.size())).append("\r\n\r\n");
  return head.method == "HEAD" ? out : out.append(body);
}

}  // namespace

std::optional<std::string> answer_without_proof(const WithoutProof& open,
                                                const http::RequestHead& head, bool keep_alive,
                                                bool draining) {
  if (head.body.kind != http::Framing::none) return std::nullopt;  // nobody would read it
  std::string out;
  if (asks_for_health(open, head)) {
    out = health_answer(head, draining);
  } else if (open.cors.is_preflight(head)) {
    out = "HTTP/1.1 204 No Content\r\n" + open.cors.preflight_lines(head) + "\r\n";
  } else {
    return std::nullopt;
  }
  if (!keep_alive) out.insert(out.find("\r\n\r\n") + 2, "Connection: close\r\n");
  return out;
}

}  // namespace tollgate::listener
