// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "bill.hpp"
#include "entra.hpp"
#include "ingestion.hpp"

namespace tollgate::simulator {

/// The control port: reads the ground truth and switches faults on (tests/simulators/README.md).
class Control {
 public:
  Control(Entra& entra, Ingestion& ingestion, Faults& faults, Bill& bill, RequestLog& log)
      : entra_(entra), ingestion_(ingestion), faults_(faults), bill_(bill), log_(log) {}

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

 private:
  nlohmann::json answer(const std::string& route, const nlohmann::json& body);

  Entra& entra_;
  Ingestion& ingestion_;
  Faults& faults_;
  Bill& bill_;
  RequestLog& log_;
};

}  // namespace tollgate::simulator
