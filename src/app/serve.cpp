// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <csignal>
#include <iostream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "commands.hpp"
#include "gateway.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {
namespace {

/// How long exchanges in progress may take after the first signal; a second signal ends them.
constexpr milliseconds kGrace{30'000};

void announce(const Gateway& gateway) {
  std::string line = "ready listeners=";
  const auto ports = gateway.ports();
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string& host = gateway.config().listeners[i].host;
    line.append(i == 0 ? "" : ",").append(host).append(":").append(std::to_string(ports[i]));
  }
  std::cout << line << " admin=" << gateway.config().admin.host << ":" << gateway.admin_port()
            << std::endl;
}

void wait_for_signal() {
  boost::asio::io_context context;
  boost::asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([](const boost::system::error_code&, int) {});
  context.run();
}

}  // namespace

int serve(const std::string& config_path) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that left is an error of its write, not of the process
  telemetry::log::start();
  config::LoadResult loaded = config::load_file(config_path, config::system_secret_sources());
  if (!loaded.config) {
    std::cerr << config::format_errors(config_path, loaded.errors);
    return 1;
  }
  Result<std::unique_ptr<Gateway>> gateway = Gateway::make(std::move(*loaded.config));
  if (!gateway) {
    std::cerr << config_path << ": " << gateway.error().message << "\n";
    return 1;
  }
  (*gateway)->start();
  announce(**gateway);
  wait_for_signal();
  std::signal(SIGTERM,
              [](int) { std::_Exit(0); });  // a second signal: the journals are safe as they are
  std::signal(SIGINT, [](int) { std::_Exit(0); });
  (*gateway)->stop(kGrace);
  return 0;
}

}  // namespace tollgate::app
