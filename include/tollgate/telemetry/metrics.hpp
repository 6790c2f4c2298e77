// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/telemetry/histogram.hpp"

namespace tollgate::telemetry {

/// What metrics take from one operation. The views are valid during the call.
struct OperationSample {
  std::string_view client;
  std::string_view operation;  ///< ChatCompletions_Create, ...
  std::string_view requested_model;
  std::string_view served_model;
  std::string_view outcome;
  std::string_view error_code;  ///< as the backend has it; empty: none
  int status = 0;
  std::optional<std::int64_t> prompt_tokens;
  std::optional<std::int64_t> completion_tokens;
  std::optional<std::int64_t> cached_tokens;
  std::optional<std::int64_t> reasoning_tokens;
  double duration_s = 0;
  std::optional<double> first_byte_s;
  std::optional<double> overhead_s;
  bool stream = false;
  std::string_view finish_reason;   ///< as the answer has it; empty: it told none
  bool filtered = false;            ///< a content filter stopped the prompt or the answer
  std::uint64_t throttled = 0;      ///< attempts that a backend answered with 429
  std::uint64_t other_targets = 0;  ///< attempts behind the first
};

/// The finish reasons of Azure's APIs, a Responses object's status among them: labels stay bounded,
/// whatever a backend says. The last stands for all others.
inline constexpr std::array<std::string_view, 10> kFinishReasons{
    "stop",      "length",     "content_filter", "tool_calls", "function_call",
    "completed", "incomplete", "failed",         "cancelled",  "other"};

/// Totals of one kind of operation.
struct OperationSeries {
  OperationSeries();

  Histogram input_tokens;
  Histogram output_tokens;
  Histogram duration;  ///< of those that ended without an error
  /// Of the others, by their place in kErrorTypes.
  std::map<std::size_t, Histogram> failed;
  Histogram first_byte;
  Histogram overhead;
  Histogram first_token;       ///< of streams
  Histogram per_output_token;  ///< of streams: what comes behind the first
  std::array<std::uint64_t, kFinishReasons.size()> finish_reasons{};
  std::uint64_t filtered = 0;
  std::uint64_t throttled = 0;
  std::uint64_t other_targets = 0;
  std::uint64_t prompt = 0;
  std::uint64_t completion = 0;
  std::uint64_t cached = 0;
  std::uint64_t reasoning = 0;
};

/// Calls of the store that replicas share.
struct StoreSeries {
  StoreSeries();

  std::map<std::string, std::uint64_t> calls;  ///< by result: "ok", or what failed
  Histogram duration;                          ///< of those that have an answer
};

/// client, operation, requested model, served model
using SeriesKey = std::tuple<std::string, std::string, std::string, std::string>;
/// client, operation, status, outcome
using RequestKey = std::tuple<std::string, std::string, int, std::string>;

/// Everything one worker counts.
struct Counters {
  std::map<SeriesKey, OperationSeries> series;
  std::map<RequestKey, std::uint64_t> requests;
  std::map<int, std::uint64_t> refusals;       ///< answers of the gateway's own, by status
  std::map<int, std::uint64_t> head_refusals;  ///< of them: heads that were no valid HTTP
  std::map<std::string, std::uint64_t> handshake_failures;   ///< of clients' TLS, by reason
  std::map<std::string, std::uint64_t> credential_refusals;  ///< of the gateway's, by backend
  std::map<std::string, std::uint64_t> unpriced;             ///< operations, by served model
  /// Operations that used a class without a price, by it and by served model.
  std::map<std::pair<std::string, std::string>, std::uint64_t> missing_prices;
  /// Requests that a limit refused, by client and limit.
  std::map<std::pair<std::string, std::string>, std::uint64_t> quota_refusals;
  StoreSeries store;
  std::int64_t open_connections = 0;
  std::uint64_t connections_refused = 0;
  std::uint64_t ledger_failures = 0;
  std::uint64_t upstream_created = 0;
  std::uint64_t upstream_reused = 0;
  std::uint64_t upstream_resumed = 0;
  std::uint64_t upstream_open = 0;
};

/// One worker's counters: written by its thread, read by the admin's. The lock is never contended
/// but by a scrape, and taken once per request.
class WorkerMetrics {
 public:
  /// Beyond this many pairs of requested and served model, both count as "other": labels stay
  /// bounded whatever callers and backends name (faults.md P7).
  static constexpr std::size_t kMostModelPairs = 200;

  void record(const OperationSample& sample);
  /// Tokens only: of an operation that was recorded before they were known.
  void add_tokens(const OperationSample& sample);
  void count_refusal(int status);
  void count_head_refusal(int status);
  void count_connection_refused();
  /// A backend of the configuration refused the gateway's own credential.
  void count_credential_refusal(const std::string& backend);
  /// `reason` is one of a few words.
  void count_handshake_failure(std::string_view reason);
  void count_ledger_failure();
  /// An operation that has no price although there are prices. Beyond kMostModelPairs models they
  /// count as "other".
  void count_unpriced(std::string_view model);
  /// An operation used a class that has no price, whether it has a cost without it or none. Beyond
  /// kMostModelPairs pairs models count as "other"; `price_class` is one of a few words.
  void count_missing_price(std::string_view price_class, std::string_view model);
  /// A limit had nothing for a request. Both are words of the configuration.
  void count_quota_refusal(const std::string& client, const std::string& limit);
  /// A call of the store has ended; `result` is "ok" or one of a few words.
  void count_store_call(std::string_view result, double seconds);
  void connection_opened();
  void connection_closed();
  void set_upstream(std::uint64_t created, std::uint64_t reused, std::uint64_t resumed,
                    std::uint64_t open);

  /// Adds what has been counted so far to `total`.
  void add_to(Counters& total) const;

 private:
  OperationSeries& series_of(const OperationSample& sample);
  static void add_performance_to(OperationSeries& series, const OperationSample& sample);
  static void add_tokens_to(OperationSeries& series, const OperationSample& sample);

  mutable std::mutex mutex_;
  Counters counters_;
  std::set<std::pair<std::string, std::string>> model_pairs_;
};

/// What one exporter adds to a scrape.
struct ExporterGauges {
  std::string exporter;
  std::uint64_t backlog = 0;
  double oldest_seconds = 0;  ///< age of the oldest record of the backlog
  std::uint64_t quarantined = 0;
  std::uint64_t given_up = 0;
  std::uint64_t delivered = 0;  ///< accepted by its destination since the start
  std::uint64_t failures = 0;
  std::uint64_t consecutive_failures = 0;
  bool alarm = false;
};

/// What the ledger and its exporters add to a scrape; as the ledger last knew it.
struct LedgerGauges {
  double age_seconds = 0;  ///< of these numbers
  std::uint64_t records = 0;
  std::uint64_t awaiting = 0;
  std::uint64_t damaged = 0;
  std::uint64_t losses = 0;  ///< that nobody has acknowledged
  std::uint64_t database_faults = 0;
  UtcTime checked_at{};  ///< when the database was last looked through; the epoch: never yet
  std::uint64_t interrupted = 0;
  std::uint64_t journal_bytes = 0;
  std::uint64_t database_bytes = 0;
  std::uint64_t failures =
      0;  ///< rounds in which the journals could not be moved into the database
  std::vector<ExporterGauges> exporters;
};

/// What the audit trail adds to a scrape.
struct AuditGauges {
  std::uint64_t exchanges = 0;
  std::uint64_t waiting = 0;
  std::uint64_t lost = 0;
  std::uint64_t failures = 0;
  std::uint64_t held_bytes = 0;
  std::uint64_t database_bytes = 0;
  std::uint64_t rows = 0;
  std::uint64_t unproved = 0;  ///< rows under no checkpoint yet
  std::uint64_t unexamined = 0;
  std::uint64_t damaged_rows = 0;
  std::uint64_t damaged_keys = 0;
  std::vector<ExporterGauges> exporters;
};

/// What the board of targets adds to a scrape; taken when it happens. One entry per target that a
/// configuration since start has named.
struct TargetGauges {
  std::string backend;
  std::string deployment;  ///< empty: operations that concern none
  std::string state;       ///< serving, resting or probing
  std::uint64_t pending = 0;
  std::uint64_t attempts = 0;
  std::uint64_t throttled = 0;
  std::uint64_t failed = 0;
  std::uint64_t rests_throttled = 0;
  std::uint64_t rests_failing = 0;
};

struct RoutingGauges {
  std::vector<TargetGauges> targets;
  std::uint64_t retries = 0;
  std::uint64_t retries_refused = 0;
};

/// A listener's certificate.
struct CertificateGauges {
  std::string listener;           ///< its address
  double expires_in_seconds = 0;  ///< negative: it has expired
};

/// What loading configurations adds to a scrape.
struct ConfigGauges {
  std::uint64_t reloads = 0;  ///< since start, that took effect
  std::uint64_t failures = 0;
  bool last_successful = true;
  UtcTime loaded_at{};        ///< what is in force
  std::uint64_t waiting = 0;  ///< settings that need a restart
  std::size_t generations =
      1;  ///< configurations in use: exchanges in progress keep the one they began with
  std::vector<CertificateGauges> certificates;
};

/// One limit as it stands; money in units of its currency.
struct QuotaGauges {
  std::string limit;  ///< "client retail: 60000 tokens per minute", as refusals name it
  double amount = 0;
  double used = 0;
  double reserved = 0;
  double overshoot = 0;
  std::uint64_t shadow_hits = 0;
  bool held = false;  ///< what was used before is not known
  /// In the store that replicas share, of all of them: what is used and reserved; nullopt: there is
  /// no store, or it has not said.
  std::optional<double> shared_used{};
  std::optional<double> shared_reserved{};
  /// What this process has of it that no request needs yet, and nobody else can have.
  double had_ahead = 0;
};

/// How the store that replicas share does.
struct StoreGauges {
  std::string state;        ///< connecting, ready or down
  std::uint64_t ready = 0;  ///< threads that can call it
  std::uint64_t threads = 0;
  std::uint64_t processes = 1;  ///< that share it, as far as they have been heard of
  /// Groups of limits that requests asked it for, and those that what was had ahead was enough for.
  std::uint64_t limits_asked = 0;
  std::uint64_t limits_ahead = 0;
  /// Limits that were decided without it, by what their configuration says.
  std::vector<std::pair<std::string, std::uint64_t>> without{};
};

/// What OpenTelemetry calls the operation with this id.
using GenAiName = std::string_view (*)(std::string_view operation);

/// The metrics of all workers, and of the control plane as one more.
class Metrics {
 public:
  Metrics(unsigned workers, GenAiName genai_name);

  /// Lives as long as this object.
  WorkerMetrics& worker(unsigned index) { return *workers_[index]; }

  /// Prometheus text: the GenAI names of azure-protocol.md 7.1 and the gateway's own. Any thread.
  std::string render(const LedgerGauges& ledger, const RoutingGauges& routing = {},
                     const ConfigGauges& config = {}, const std::optional<AuditGauges>& audit = {},
                     const std::vector<QuotaGauges>& quotas = {},
                     const std::optional<StoreGauges>& store = {}) const;

 private:
  std::vector<std::unique_ptr<WorkerMetrics>> workers_;
  GenAiName genai_name_;
};

}  // namespace tollgate::telemetry
