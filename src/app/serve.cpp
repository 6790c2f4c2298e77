// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <malloc.h>
#include <sys/resource.h>

#include <csignal>
#include <iostream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "commands.hpp"
#include "complaint.hpp"
#include "descriptors.hpp"
#include "gateway.hpp"
#include "openings.hpp"
#include "reloader.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/telemetry/log_level.hpp"

namespace tollgate::app {
namespace {

/// From this size on a block of memory is the system's again as soon as it is free.
constexpr int kLargeBlock = 256 * 1024;

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

/// Runs on the main thread until the gateway is to stop, and keeps its configuration current
/// meanwhile.
class Attendant {
 public:
  explicit Attendant(Reloader& reloader) : reloader_(reloader) {}

  void run() {
    stop_.async_wait([this](const boost::system::error_code&, int) { context_.stop(); });
    await_hangup();
    await_look();
    context_.run();
  }

 private:
  void await_hangup() {
    hangup_.async_wait([this](const boost::system::error_code&, int) {
      reloader_.reload("signal");
      await_hangup();
    });
  }

  void await_look() {
    timer_.expires_after(Reloader::kLook);
    timer_.async_wait([this](const boost::system::error_code&) {
      reloader_.look(std::chrono::steady_clock::now());
      await_look();
    });
  }

  Reloader& reloader_;
  boost::asio::io_context context_;
  boost::asio::signal_set stop_{context_, SIGTERM, SIGINT};
  boost::asio::signal_set hangup_{context_, SIGHUP};
  boost::asio::steady_timer timer_{context_};
};

}  // namespace

int serve(const std::string& config_path) {
  // Large bodies come from the system and go back to it; by default the first of them would raise
  // this limit, and what they left would stay.
  ::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  raise_descriptor_limit();
  std::signal(SIGPIPE, SIG_IGN);  // a peer that left is an error of its write, not of the process
  std::signal(SIGHUP, SIG_IGN);   // until there is something to reload
  if (const auto fault = telemetry::log::level_fault()) {
    std::cerr << *fault << "\n";
    return 1;
  }
  const telemetry::log::ToStandardError log;
  ConfigFile file = read_config_file(config_path);
  if (!file.loaded.config) {
    std::cerr << config::format_errors(config_path, file.loaded.errors);
    return 1;
  }
  const auto faults = opening_faults(*file.loaded.config, file.loaded.settings);
  if (!faults.empty()) {
    std::cerr << config::format_errors(config_path, faults);
    return 1;
  }
  log_warnings(config_path, start_warnings(file.loaded, std::chrono::system_clock::now()));
  Result<std::unique_ptr<Gateway>> gateway = Gateway::make(*file.loaded.config);
  if (!gateway) {
    // Of trouble with the ledger the file knows nothing.
    if (gateway.error().code == Errc::storage) return complain(gateway.error());
    return complain(config::format_errors(
        config_path, {placed_fault(*file.loaded.config, file.loaded.settings, gateway.error())}));
  }
  (*gateway)->start();
  {
    Reloader reloader(config_path, **gateway, std::move(file));
    Attendant attendant(reloader);  // hears signals from here on: nobody may be told `ready` before
    announce(**gateway);
    attendant.run();
  }
  std::signal(SIGHUP, SIG_IGN);  // nothing is loaded any more, and it must not end a drain
  std::signal(SIGTERM,
              [](int) { std::_Exit(0); });  // a second signal: the journals are safe as they are
  std::signal(SIGINT, [](int) { std::_Exit(0); });
  (*gateway)->stop((*gateway)->config().gateway.stop_grace);
  return 0;
}

}  // namespace tollgate::app
