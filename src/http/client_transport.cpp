// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/client_transport.hpp"

#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/http/answer_head.hpp"
#include "tollgate/http/body_reader.hpp"
#include "tollgate/http/dial.hpp"
#include "tollgate/http/url.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadSize = 16 * 1024;

std::string request_bytes(const ClientRequest& request, const Url& url) {
  std::string out = request.method + " " + url.target + " HTTP/1.1\r\nHost: " + url.authority() +
                    "\r\nConnection: close\r\n";
  for (const auto& [name, value] : request.fields) {
    out.append(name).append(": ").append(value).append("\r\n");
  }
  const bool takes_body = request.method == "POST" || request.method == "PUT";
  if (!request.body.empty() || takes_body) {
    out.append("Content-Length: " + std::to_string(request.body.size()) + "\r\n");
  }
  return out.append("\r\n").append(request.body);
}

asio::awaitable<Result<void>> read_head(net::Stream& stream, AnswerHeadReader& reader,
                                        std::string& bytes, ResponseHead& head) {
  for (;;) {
    const Result<bool> whole = reader.read(bytes, head);
    if (!whole) co_return whole.error();
    if (*whole) co_return Result<void>();
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

ClientTransport::ClientTransport(net::ClientTls tls, net::DeadlineSweep& sweep,
                                 std::optional<EgressProxy> proxy)
    : tls_(std::move(tls)), proxy_(std::move(proxy)), sweep_(sweep) {}

asio::awaitable<Result<ClientResponse>> ClientTransport::send(ClientRequest request) {
  const Result<Url> url = parse_url(request.url);
  if (!url) co_return url.error();
  const SteadyTime deadline = std::chrono::steady_clock::now() + request.timeout;
  const std::optional<EgressProxy> proxy = proxy_;  // use() may replace it meanwhile
  DialPlan plan{.url = *url, .tls = tls_, .proxy = proxy ? &*proxy : nullptr};
  Result<std::unique_ptr<net::Stream>> dialled = co_await dial(std::move(plan), sweep_, deadline);
  if (!dialled) co_return dialled.error();
  net::Stream& stream = **dialled;
  stream.deadline(deadline);
  const std::string bytes = request_bytes(request, *url);
  const Result<void> written = co_await stream.write(bytes);
  if (!written) co_return written.error();
  std::string received;
  ResponseHead head;
  AnswerHeadReader reader(request.method == "HEAD");
  const Result<void> read = co_await read_head(stream, reader, received, head);
  if (!read) co_return read.error();
  ClientResponse response{head.status, copy_fields(head), {}};
  Result<std::string> body = co_await read_body(stream, received.substr(reader.length()), head.body,
                                                request.response_limit);
  if (!body) co_return body.error();
  response.body = std::move(*body);
  stream.close();
  co_return response;
}

}  // namespace tollgate::http
