// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <iostream>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "commands.hpp"
#include "offline_config.hpp"
#include "tollgate/http/client_transport.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

constexpr milliseconds kTimeout{3'000};

/// An admin server that listens on every address is asked on loopback.
std::string admin_url(const config::Admin& admin, const char* path) {
  std::string host = admin.host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "http://" + host + ":" + std::to_string(admin.port) + path;
}

Result<http::ClientResponse> get(std::string url) {
  Result<net::ClientTls> tls = net::ClientTls::make({});
  if (!tls) return tls.error();
  asio::io_context context{1};
  net::DeadlineSweep sweep(context);
  http::ClientTransport transport(std::move(*tls), sweep);
  http::ClientRequest request;
  request.url = std::move(url);
  request.timeout = kTimeout;
  Result<http::ClientResponse> answer = Error{Errc::internal, "the request failed"};
  asio::co_spawn(context, transport.send(std::move(request)),
                 [&](const std::exception_ptr& failure, Result<http::ClientResponse> received) {
                   if (!failure) answer = std::move(received);
                   sweep.stop();
                 });
  sweep.start();
  context.run();
  return answer;
}

}  // namespace

int health(const std::string& config_path, bool readiness) {
  const Result<config::Config> config = load_without_secrets(config_path);
  if (!config) {
    std::cerr << config.error().message;
    return 1;
  }
  const std::string url = admin_url(config->admin, readiness ? "/readyz" : "/healthz");
  const Result<http::ClientResponse> answer = get(url);
  if (!answer) {
    std::cerr << url << ": " << to_string(answer.error().code) << ", " << answer.error().message
              << "\n";
    return 1;
  }
  (answer->status == 200 ? std::cout : std::cerr) << answer->body;
  return answer->status == 200 ? 0 : 1;
}

}  // namespace tollgate::app
