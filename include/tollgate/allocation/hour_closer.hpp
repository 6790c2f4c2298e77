// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/ledger/ledger.hpp"
#include "tollgate/pricing/pricer.hpp"

namespace tollgate::allocation {

/// What a closer works with; the ledger outlives it. Its calls may block, so they are made on
/// `disk`.
struct HourCloserParts {
  ledger::Ledger& ledger;
  std::string ledger_path;
  std::string gateway;  ///< its name
  boost::asio::any_io_executor control;
  boost::asio::any_io_executor disk;
  std::shared_ptr<const pricing::Pricer> pricer;
};

/// Closes hours of capacity as they come due, until it is stopped. Control thread.
class HourCloser {
 public:
  virtual ~HourCloser() = default;
  virtual boost::asio::awaitable<void> run() = 0;
  /// From the next look on.
  virtual void use(std::shared_ptr<const pricing::Pricer> pricer) = 0;
  virtual void stop() = 0;
};

std::unique_ptr<HourCloser> make_hour_closer(HourCloserParts parts);

}  // namespace tollgate::allocation
