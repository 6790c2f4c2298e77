// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/secret.hpp"
#include "tollgate/capture/recorder.hpp"
#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/http/transport.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/pricing/pricer.hpp"
#include "tollgate/quotas/quotas.hpp"
#include "tollgate/telemetry/metrics.hpp"
#include "tollgate/usage/usage_outcome.hpp"

namespace tollgate::followup {

/// A backend as the follower asks it. The transport is used on the control executor only.
struct BackendAccess {
  std::string name;
  std::string endpoint;  ///< https://host[:port]
  http::Transport& transport;
  credentials::Authorizer& authorizer;
  /// What keeps the two alive, for a question under way while backends change.
  std::shared_ptr<const void> owner;
};

/// What a follower works with; all of it but the backends outlives it. The ledger's calls may
/// block, so they are made on `disk`.
struct FollowerParts {
  ledger::Ledger& ledger;
  telemetry::WorkerMetrics& metrics;  ///< the control plane's
  std::vector<BackendAccess> backends;
  boost::asio::any_io_executor control;
  boost::asio::any_io_executor disk;
  /// Gives what is settled its cost; null: it has none.
  std::shared_ptr<const pricing::Pricer> pricer = nullptr;
  /// Takes out of what is settled what the rules find, where its audit level says so. Null: there
  /// is none; backends' words then go, of such a record.
  const capture::Recorder* recorder = nullptr;
  /// Where what was reserved for the work is settled; null: nothing was.
  quotas::Quotas* quotas = nullptr;
};

/// A backend's answer to a client's own question, in which its work stands finished with all that
/// it used.
struct ShownAnswer {
  std::string client;
  std::string backend;
  std::string path;  ///< shown_work()
  usage::UsageOutcome outcome;
  std::string served_model;  ///< x-ms-served-model
};

/// A request that is about to end an object, and with it what its backend could tell of the work
/// behind it.
struct ObjectEnd {
  std::string client;
  std::string part;                   ///< asked_first()
  std::vector<std::string> backends;  ///< where the request may go
  /// The caller's own Authorization, empty without one: a backend that takes nothing else is asked
  /// with it where the request goes there too.
  Secret authorization;
};

/// Asks backends what operations took that went on after their answer was given (background
/// responses, runs, batches), until each is finished, and settles their records. What awaits stands
/// in the ledger: a restart loses nothing.
class Follower {
 public:
  virtual ~Follower() = default;
  /// Runs on the control executor until stop().
  virtual boost::asio::awaitable<void> run() = 0;
  /// From now on these backends are asked, and these prices and this recorder hold, which outlives
  /// the follower; control executor. Records that wait for a backend which is not among them go on
  /// waiting: it may be configured again. They are given up after the same time as those whose
  /// backend does not answer.
  virtual void use(std::vector<BackendAccess> backends,
                   std::shared_ptr<const pricing::Pricer> pricer,
                   const capture::Recorder* recorder) = 0;
  /// Before an object ends: asks at once about all of the client's work behind it, and completes
  /// when there are answers or can be none (the backend is configured no more, or has no use for
  /// what the caller proves itself with), when nobody waits for the request any more, and after 5 s
  /// at the latest, also while the ledger is busy. Whatever goes wrong is logged: the request goes
  /// on. On the executor that `cancellation` is used on.
  virtual boost::asio::awaitable<void> ask_before(ObjectEnd end, Cancellation& cancellation) = 0;
  /// Settles the record that waits for it, if there is one, as an answer to a question of our own
  /// would: once, whoever else asks. Any thread.
  virtual void shown(ShownAnswer answer) = 0;
  /// Control executor.
  virtual void stop() = 0;
};

std::unique_ptr<Follower> make_follower(FollowerParts parts);

}  // namespace tollgate::followup
