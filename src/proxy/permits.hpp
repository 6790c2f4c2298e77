// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "arrival.hpp"
#include "permit.hpp"
#include "quota_demand.hpp"
#include "refusal.hpp"
#include "tollgate/proxy/request_pipeline.hpp"

namespace tollgate::proxy {

/// Asks the quotas on behalf of one worker's requests: limits are looked up once for each client
/// and model.
class Permits {
 public:
  /// What it is given outlives it.
  explicit Permits(const PipelineParts& parts);

  /// Those of the client and the model that is asked for; null: there are none. As long as this
  /// object.
  const quotas::LimitSet* find(const config::Client& client, const Destination& destination);

  /// Those that the client meets whatever it asks for: of a request that names no model, or is
  /// refused before that is known.
  const quotas::LimitSet* of_client(const config::Client& client) { return find(client, {}); }

  /// All limits of the request at once, before anything is written or sent: at first by what it can
  /// take at the most, and where that does not fit, counted. A large body is counted elsewhere.
  boost::asio::awaitable<OrRefusal<Permit>> take(const quotas::LimitSet* given,
                                                 const Wanted& wanted,
                                                 const Destination& destination,
                                                 std::string_view body, const Arrival& arrival,
                                                 Cancellation& cancellation);

  /// For the head of the answer: what the client may still do (rate_fields.hpp). Null: there is
  /// no backend's answer.
  std::string rate_lines(const quotas::LimitSet* limits, const http::ResponseHead* backend) const;

 private:
  std::int64_t usual_output(const quotas::LimitSet& limits, std::string_view model) const;
  Refusal refuse(const quotas::LimitSet& limits, const quotas::Exceeded& exceeded,
                 const config::Client& client);

  const config::Config& config_;
  quotas::Quotas* quotas_;
  shared_quotas::StoreWorker* store_;
  const pricing::Pricer* pricer_;
  telemetry::WorkerMetrics& metrics_;
  boost::asio::any_io_executor background_;
  /// By client, in the configuration's order, and by the model's configured name.
  std::vector<std::map<std::string, quotas::LimitSet, std::less<>>> known_;
};

/// Learns how long answers are from one that has ended.
void note_output(const quotas::LimitSet* limits, const usage::RequestScan* scan,
                 const usage::UsageRecord& record);

}  // namespace tollgate::proxy
