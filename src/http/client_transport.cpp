// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/client_transport.hpp"

#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/http/body_reader.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/http/url.hpp"
#include "tollgate/net/connect.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadSize = 16 * 1024;
constexpr HeadLimits kResponseHead{64 * 1024, 256};

std::string request_bytes(const ClientRequest& request, const Url& url) {
  std::string out = request.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
                    "\r\nConnection: close\r\n";
  for (const auto& [name, value] : request.fields) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!request.body.empty() || request.method == "POST") {
    out.append("Content-Length: " + std::to_string(request.body.size()) + "\r\n");
  }
  return out.append("\r\n").append(request.body);
}

/// Reads until the head is whole, skipping 1xx heads; `bytes` then begins with the head.
asio::awaitable<Result<ResponseHead>> read_head(net::Stream& stream, std::string& bytes,
                                                std::size_t& head_length, bool to_head_request) {
  HeadScanner scanner;
  for (;;) {
    const auto verdict = scanner.scan(bytes);
    if (verdict == HeadScanner::Verdict::refused || bytes.size() > kResponseHead.bytes) {
      co_return Error{Errc::protocol, "the response head is malformed or too large"};
    }
    if (verdict == HeadScanner::Verdict::complete) {
      ResponseHead head;
      const std::string_view raw = std::string_view(bytes).substr(0, scanner.length());
      const auto error = parse_response_head(raw, kResponseHead, to_head_request, head);
      if (error) co_return Error{Errc::protocol, std::string(error->reason)};
      head_length = scanner.length();
      if (head.status >= 200) co_return head;
      bytes.erase(0, head_length);
      scanner.reset();
      continue;
    }
    const std::size_t size = bytes.size();
    bytes.resize(size + kReadSize);
    const Result<std::size_t> count =
        co_await stream.read_some(asio::buffer(bytes.data() + size, kReadSize));
    if (!count) co_return count.error();
    bytes.resize(size + *count);
  }
}

asio::awaitable<Result<std::string>> read_body(net::Stream& stream, std::string first,
                                               BodyFraming framing, std::size_t limit) {
  BodyReader reader(framing);
  std::string body = std::move(first);
  std::size_t at = 0;  // payload so far; wire bytes not yet decoded follow it
  for (;;) {
    const auto decoded = reader.decode(body.data() + at, body.size() - at);
    at += decoded.payload;
    body.resize(at);
    if (reader.done()) co_return body;
    if (reader.broken()) co_return Error{Errc::protocol, "the response body is malformed"};
    if (at > limit) co_return Error{Errc::too_large, "the response is too large"};
    body.resize(at + kReadSize);
    const Result<std::size_t> count =
        co_await stream.read_some(asio::buffer(body.data() + at, kReadSize));
    if (!count) {
      body.resize(at);
      if (count.error().code == Errc::closed) reader.on_end_of_stream();
      if (!reader.done()) co_return count.error();
      co_return body;
    }
    body.resize(at + *count);
  }
}

Fields copy_fields(const ResponseHead& head) {
  Fields out;
  for (const Field& field : head.fields) out.emplace_back(field.name, field.value);
  return out;
}

}  // namespace

std::string_view find_field(const Fields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (iequals(key, name)) return value;
  }
  return {};
}

ClientTransport::ClientTransport(net::ClientTls tls, net::DeadlineSweep& sweep)
    : tls_(std::move(tls)), sweep_(sweep) {}

asio::awaitable<Result<ClientResponse>> ClientTransport::send(ClientRequest request) {
  const Result<Url> url = parse_url(request.url);
  if (!url) co_return url.error();
  const SteadyTime deadline = std::chrono::steady_clock::now() + request.timeout;
  Result<net::Endpoints> endpoints = co_await net::resolve(url->host, url->port, deadline);
  if (!endpoints) co_return endpoints.error();
  Result<net::Socket> socket = co_await net::connect(std::move(*endpoints), deadline);
  if (!socket) co_return socket.error();
  net::Stream stream(std::move(*socket), sweep_);
  stream.deadline(deadline);
  if (url->tls) {
    const Result<void> secured = co_await stream.handshake(tls_.connection(url->host, nullptr));
    if (!secured) co_return secured.error();
  }
  const std::string bytes = request_bytes(request, *url);
  const Result<void> written = co_await stream.write(bytes);
  if (!written) co_return written.error();
  std::string received;
  std::size_t head_length = 0;
  const Result<ResponseHead> head =
      co_await read_head(stream, received, head_length, request.method == "HEAD");
  if (!head) co_return head.error();
  ClientResponse response{head->status, copy_fields(*head), {}};
  Result<std::string> body =
      co_await read_body(stream, received.substr(head_length), head->body, request.response_limit);
  if (!body) co_return body.error();
  response.body = std::move(*body);
  stream.close();
  co_return response;
}

}  // namespace tollgate::http
