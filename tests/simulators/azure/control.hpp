// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "bill.hpp"
#include "entra.hpp"
#include "ingestion.hpp"
#include "request_log.hpp"
#include "settings.hpp"

namespace tollgate::simulator {

/// The control port: reads the ground truth and switches faults on (tests/simulators/README.md).
class Control {
 public:
  Control(Entra& entra, Ingestion& ingestion, SettingsStore& settings, Faults& faults, Bill& bill,
          RequestLog& log)
      : entra_(entra),
        ingestion_(ingestion),
        settings_(settings),
        faults_(faults),
        bill_(bill),
        log_(log) {}

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

 private:
  /// The text of a JSON value. Throws std::exception for a request that makes no sense.
  std::string answer(const std::string& route, const nlohmann::json& body);
  void change(const std::string& route, const nlohmann::json& body);

  Entra& entra_;
  Ingestion& ingestion_;
  SettingsStore& settings_;
  Faults& faults_;
  Bill& bill_;
  RequestLog& log_;
};

}  // namespace tollgate::simulator
