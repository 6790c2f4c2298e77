// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tunnel.hpp"

#include <openssl/crypto.h>

#include <array>
#include <string>

#include "tollgate/base/base64.hpp"
#include "tollgate/http/answer_head.hpp"

namespace tollgate::http {

namespace asio = boost::asio;

namespace {

std::string connect_request(const Url& url, const EgressProxy& proxy) {
  const bool v6 = url.host.find(':') != std::string::npos;
  const std::string authority =
      (v6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port);
  std::string out = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  if (!proxy.credential.reveal().empty()) {
    std::string encoded = to_base64(proxy.credential.reveal());
    out.append("Proxy-Authorization: Basic ").append(encoded).append("\r\n");
    OPENSSL_cleanse(encoded.data(), encoded.size());
  }
  return out.append("\r\n");
}

Result<void> judge(const ResponseHead& head, bool more_follows) {
  if (head.status > 299) {
    return Error{Errc::unavailable,
                 "the egress proxy refuses the tunnel: status " + std::to_string(head.status)};
  }
  // Nobody speaks in the tunnel before the client does.
  if (more_follows) return Error{Errc::protocol, "the egress proxy sends what nobody asked for"};
  return {};
}

}  // namespace

asio::awaitable<Result<void>> open_tunnel(net::ByteStream& stream, const Url& url,
                                          const EgressProxy& proxy) {
  std::string request = connect_request(url, proxy);
  const Result<void> written = co_await stream.write(request);
  OPENSSL_cleanse(request.data(), request.size());
  if (!written) co_return written.error();
  std::array<char, 1024> piece;
  std::string bytes;
  ResponseHead head;
  AnswerHeadReader reader(true);  // as to HEAD: whatever follows the head is no body
  for (;;) {
    const Result<std::size_t> count = co_await stream.read_some(asio::buffer(piece));
    if (!count) co_return count.error();
    bytes.append(piece.data(), *count);
    const Result<bool> whole = reader.read(bytes, head);
    if (!whole) co_return whole.error();
    if (*whole) co_return judge(head, bytes.size() > reader.length());
  }
}

}  // namespace tollgate::http
