// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/auth/authenticator.hpp"
#include "tollgate/capture/recorder.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/followup/follower.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/proxy/body_memory.hpp"
#include "tollgate/proxy/book.hpp"
#include "tollgate/proxy/client_connection.hpp"
#include "tollgate/quotas/quotas.hpp"
#include "tollgate/redis/client.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"
#include "tollgate/seals/seals.hpp"
#include "tollgate/shared_quotas/store_worker.hpp"
#include "tollgate/telemetry/line_budget.hpp"
#include "tollgate/telemetry/metrics.hpp"
#include "tollgate/upstream/upstream.hpp"

namespace tollgate::proxy {

/// What may happen to the client's connection after an exchange.
enum class Afterwards {
  keep,   ///< in order: the next request may follow
  close,  ///< the answer is out, but the connection ends here
  /// As close, but bytes of the request are still unread: closing at once could destroy the answer.
  linger,
  abort,  ///< the answer was cut off: the client must see a broken connection, not an end
};

/// The answers of one client that a worker reads on for their usage after the client has left.
struct Drains {
  std::size_t now = 0;
};

/// What the pipeline works with; all of it outlives the pipeline and is immutable, thread-safe or
/// the worker's own.
struct PipelineParts {
  const config::Config& config;
  auth::Authenticator& authenticator;
  const routing::RouteTable& routes;
  routing::TargetBoard& board;
  upstream::Upstream& upstream;
  ledger::Journal& journal;
  ledger::ObjectDirectory& objects;
  telemetry::WorkerMetrics& metrics;
  JournalFailures& journal_failures;
  BodyMemory& memory;
  ConnectionShares& connections;
  boost::asio::any_io_executor background;  ///< for work that would hold up the worker
  /// Asked before an object ends; null: nobody follows what goes on.
  followup::Follower* follower = nullptr;
  /// Where what is audited goes; null: nobody's exchanges are.
  capture::Recorder* recorder = nullptr;
  /// What work costs; null: nobody is told.
  const pricing::Pricer* pricer = nullptr;
  /// The limits of clients and what they share; null: there are none.
  quotas::Quotas* quotas = nullptr;
  /// The worker's client of the store that replicas share; null: there is none.
  redis::Client* store = nullptr;
  /// The worker's way to the store in which several processes share them; null: there is none.
  shared_quotas::StoreWorker* shared_limits = nullptr;
  /// Seals the ids of stored objects; null: clients see them as backends make them.
  const seals::Seals* seals = nullptr;
};

/// Who reads the end of every operation, in this order: the journal, the directory of objects, the
/// quotas, the audit trail, the metrics, the log. Whoever else is to know of it is added here.
Books make_books(const PipelineParts& parts);

class Permits;

/// The life of a request (docs/life-of-a-request.md): one per worker, used on its executor.
class RequestPipeline {
 public:
  explicit RequestPipeline(const PipelineParts& parts)
      : RequestPipeline(parts, make_books(parts)) {}
  RequestPipeline(const PipelineParts& parts, Books books);
  ~RequestPipeline();

  /// Serves one request whose head has been checked. The head's views must stay valid until it
  /// completes.
  boost::asio::awaitable<Afterwards> handle(ClientConnection client, const http::RequestHead& head);

  /// Answers a head that was refused before it became a request, in the same shape as every other
  /// refusal.
  boost::asio::awaitable<Afterwards> refuse_head(ClientConnection client,
                                                 const http::HeadError& error);

 private:
  /// What a client may take of what all share; in the configuration's order of clients.
  struct ClientAccount {
    BodyMemory::Account* memory;
    ConnectionShares::Account* connections;
    Drains drains;
    telemetry::log::LineBudget refusals;
  };

  PipelineParts parts_;
  OperationBooks books_;
  std::vector<ClientAccount> accounts_;
  std::unique_ptr<Permits> permits_;
  telemetry::log::LineBudget strangers_;
};

}  // namespace tollgate::proxy
