// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/operations/request_names.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/routing/failover.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"
#include "tollgate/upstream/connection_pool.hpp"
#include "tollgate/upstream/refused_options.hpp"
#include "tollgate/upstream/request_writer.hpp"
#include "tollgate/usage/request_scan.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::upstream {

/// A model that a request names, for whoever writes the request in a backend's words.
struct NamedModel {
  const operations::RequestName* name = nullptr;  ///< never null
  const routing::Route* route = nullptr;  ///< who serves it; null: it is the one that is asked
};

/// The client's request as it will be sent: rewritten for each candidate. Views must outlive
/// send().
struct OutboundRequest {
  const http::RequestHead* client = nullptr;
  const operations::RequestTarget* target = nullptr;
  std::string_view body;
  const usage::RequestScan* scan =
      nullptr;  ///< null: the body was not understood and goes on as it is
  std::span<const NamedModel> models = {};  ///< outlives the request
  bool inject_include_usage = false;
  const config::Client* payer = nullptr;  ///< whose share of the connections it uses

  /// The request's own word that its work goes on when its answer ends.
  bool in_background() const { return scan != nullptr && scan->background; }
};

/// One backend's answer, its head read, its body not yet.
struct Answer {
  PooledConnection connection;
  routing::Candidate candidate;
  std::string bytes;  ///< what was received: the head, then the body's first wire bytes
  std::size_t head_length = 0;
  http::ResponseHead head;       ///< its views point into `bytes`
  bool asked_for_usage = false;  ///< include_usage was added to the request
  bool asked_as_stream = false;  ///< the request's own word
  bool whole = false;            ///< `bytes` end where the message does
  bool had_interim = false;      ///< 100 or 103 came in front of its head
  /// What a stream's first events mean in place of its 200, and the backend's word for it; 0:
  /// nothing else.
  int failed_in_stream = 0;
  std::string in_stream_code;
  /// A failure that goes to the client after more than one attempt: its own retries would multiply
  /// the gateway's.
  bool given_up = false;
  /// How long backends were waited for, from each request that had left to what came of it.
  SteadyTime::duration waited{};

  /// Whether its body may be a stream of events, as its head tells; its bytes tell then. A stream
  /// may come under another label (faults.md S8), and only what is called JSON, has a length and
  /// was not asked for as one is taken at its word.
  bool may_be_stream() const;
};

/// Who writes down what happens between the attempts of one operation.
class AttemptLog {
 public:
  virtual ~AttemptLog() = default;
  /// Each try, in order, is appended here as it begins.
  virtual std::vector<usage::Attempt>& attempts() = 0;
  /// The request leaves for another target; the attempts before it are final.
  virtual void moving_on(const routing::Candidate& next) = 0;
  /// A backend refused the gateway's own credential, or none could be had: no retry repairs that.
  virtual void credential_refused(const routing::Candidate& candidate) = 0;
  /// The last attempt made it known that its target rests, or serves again.
  virtual void target_changed(const routing::Candidate& candidate,
                              const routing::TargetNews& news) = 0;
};

/// One worker's way to the backends: picks a connection, sends, reads the head, and goes on to
/// other targets as routing::Failover decides, while nobody has seen anything of an answer.
class Upstream {
 public:
  /// One entry per backend, in the configuration's order; all must outlive this object.
  struct BackendLink {
    std::unique_ptr<ConnectionPool> pool;
    credentials::Authorizer* authorizer = nullptr;
  };

  Upstream(std::vector<BackendLink> links, FieldFilter filter);

  /// Asks the lease's target, then others: `lease` ends up as that of the answer. Where
  /// include_usage may be added and the backend refuses it (azure-protocol.md 2.2), the request
  /// goes again without, and is not asked again. A kept-alive connection that turns out to be
  /// closed is replaced once. Of an answer that is taken elsewhere a small body is read first: one
  /// that reports usage is billed, and stays. Errors: those of the last try; cancelled: nobody
  /// wants the answer any more, and what was under way has ended.
  boost::asio::awaitable<Result<Answer>> send(OutboundRequest request, routing::Failover& failover,
                                              routing::Lease& lease, AttemptLog& log,
                                              Cancellation& cancellation);

  void close_idle(SteadyTime now);
  const std::vector<BackendLink>& links() const { return links_; }

 private:
  struct Tried;

  boost::asio::awaitable<Tried> try_target(const OutboundRequest& request,
                                           const routing::Failover& failover,
                                           routing::Candidate candidate, AttemptLog& log,
                                           Cancellation& cancellation);
  boost::asio::awaitable<Tried> try_once(const OutboundRequest& request,
                                         const routing::Failover& failover,
                                         routing::Candidate candidate, AttemptLog& log,
                                         Cancellation& cancellation, bool inject_include_usage);

  std::vector<BackendLink> links_;
  FieldFilter filter_;
  RefusedOptions refused_;
};

}  // namespace tollgate::upstream
