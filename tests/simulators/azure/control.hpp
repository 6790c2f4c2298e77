// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "bill.hpp"
#include "blob_storage.hpp"
#include "entra.hpp"
#include "ingestion.hpp"
#include "request_log.hpp"
#include "settings.hpp"

namespace tollgate::simulator {

/// Where rows are delivered to.
struct Sinks {
  Ingestion& ingestion;
  BlobStorage& blobs;
};

/// The control port: reads the ground truth and switches faults on (tests/simulators/README.md).
class Control {
 public:
  Control(Entra& entra, Sinks sinks, SettingsStore& settings, Faults& faults, Bill& bill,
          RequestLog& log)
      : entra_(entra),
        sinks_(sinks),
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
  Sinks sinks_;
  SettingsStore& settings_;
  Faults& faults_;
  Bill& bill_;
  RequestLog& log_;
};

}  // namespace tollgate::simulator
