// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "shared_store.hpp"
#include "tollgate/capture/recorder.hpp"
#include "tollgate/followup/follower.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/proxy/body_memory.hpp"
#include "tollgate/proxy/connection_shares.hpp"
#include "tollgate/quotas/quotas.hpp"
#include "tollgate/routing/target_board.hpp"
#include "tollgate/shared_quotas/shared_quotas.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// What the workers share whatever the configuration: thread-safe, and it outlives them.
struct SharedParts {
  routing::TargetBoard& board;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<ledger::ObjectDirectory> objects;
  telemetry::Metrics metrics;
  boost::asio::any_io_executor background;  ///< for what would hold up a worker
  proxy::ConnectionShares connections{};
  proxy::BodyMemory memory{};
  quotas::Quotas quotas{};
  followup::Follower* follower = nullptr;  ///< set before there are workers
  /// Null: there is no audit trail. Set before there are workers, or one of them gets to know of a
  /// configuration that has one.
  capture::Recorder* recorder = nullptr;
  /// Null: limits are counted here alone. Set before there are workers.
  SharedStore* store = nullptr;
  /// Limits that are decided there; null: there is no store. Set before there are workers.
  shared_quotas::SharedQuotas* shared_quotas = nullptr;
  /// The control plane's client of it, used on its thread; null: there is no store.
  redis::Client* control_store = nullptr;
};

}  // namespace tollgate::app
