// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include "tollgate/base/certificate_identity.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/listener/listener.hpp"

namespace tollgate::listener {

/// One client connection: handshake, then heads in, exchanges through the pipeline, until one side
/// ends it.
class Connection {
 public:
  /// `stream` outlives it; `listener` is the place in Generation::receptions of the one that took
  /// it.
  Connection(net::ByteStream& stream, boost::asio::ip::address peer, std::size_t listener,
             Service service);
  ~Connection();

  /// Runs the connection to its end. `ssl` is null on a plain listener.
  boost::asio::awaitable<void> run(net::SslPtr ssl);

 private:
  enum class HeadRead { complete, refused, timed_out, ended };

  boost::asio::awaitable<HeadRead> read_head();
  boost::asio::awaitable<proxy::Afterwards> serve_one();
  boost::asio::awaitable<proxy::Afterwards> refuse(const Generation& generation,
                                                   http::HeadError error);
  boost::asio::awaitable<proxy::Afterwards> send(const std::string& answer, bool keep);
  boost::asio::awaitable<void> linger();
  proxy::ClientConnection view(const Generation& generation, std::string answer_lines = {});
  void check_certificate(const Generation& generation);
  void note_handshake_failure(const Error& error);
  const config::Limits& limits() const { return service_.generation->limits; }

  net::ByteStream& stream_;
  boost::asio::ip::address peer_;
  std::size_t listener_;
  std::unique_ptr<const CertificateIdentity> certificate_;  ///< of the client, verified
  std::uint64_t verified_for_;                              ///< the generation's number
  Service service_;
  Member member_;
  std::string received_;    ///< bytes behind the current head
  std::string head_bytes_;  ///< what head_ points into
  http::RequestHead head_;
};

}  // namespace tollgate::listener
