// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "permits.hpp"
#include "record_words.hpp"
#include "refusal.hpp"
#include "tollgate/base/uuid.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/operations/request_names.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/proxy/client_connection.hpp"
#include "tollgate/proxy/request_pipeline.hpp"
#include "tollgate/telemetry/line_budget.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::proxy {

/// Answers one request with an error of the gateway's own, and leaves a line in the log that says
/// who was refused what: a request that became no operation leaves nothing else. The line has what
/// is known by then, and is one of the budget of whoever asks: of all strangers together, or of the
/// client.
class RefusalWriter {
 public:
  /// Everything given outlives the writer.
  RefusalWriter(const ClientConnection& client, const http::RequestHead& head, const Uuid& id,
                const config::Config& config, telemetry::WorkerMetrics& metrics,
                telemetry::log::LineBudget& strangers)
      : client_(client),
        head_(head),
        id_(id),
        config_(config),
        metrics_(metrics),
        lines_(&strangers),
        body_read_(head.body.kind == http::Framing::none) {}

  /// `words`: what the line may show of the client's.
  void comes_from(const config::Client& client, telemetry::log::LineBudget& lines,
                  RefusedWords words) {
    client_name_ = client.name;
    lines_ = &lines;
    words_ = words;
  }
  /// From now on an answer says what the client may still do, by the limits that it meets whatever
  /// it asks for. Both outlive the writer.
  void is_limited(Permits& permits, const config::Client& client) {
    permits_ = &permits;
    limited_ = &client;
  }
  /// ... by those of the model that it asks for.
  void meets(const quotas::LimitSet* limits) { limits_ = limits; }
  void is_for(const operations::RequestTarget& target) {
    target_ = &target;
    model_ = target.deployment;
  }
  /// The model, if it is among them.
  void body_names(std::span<const operations::RequestName> names) {
    for (const operations::RequestName& name : names) {
      if (name.is(operations::Names::model)) model_ = name.value;
    }
  }
  /// From now on its record, and the line of that, tell how it ends.
  void is_recorded() { lines_ = nullptr; }
  /// From now on the connection may be kept after a refusal.
  void body_was_read() { body_read_ = true; }
  boost::asio::awaitable<Afterwards> write(Refusal refusal);

 private:
  void log(const Refusal& refusal);
  std::string rate_lines() const;
  std::string model_for_the_log() const;
  std::string method_for_the_log() const;
  std::string path_for_the_log() const;

  const ClientConnection& client_;
  const http::RequestHead& head_;
  const Uuid& id_;
  const config::Config& config_;
  telemetry::WorkerMetrics& metrics_;
  telemetry::log::LineBudget* lines_;
  Permits* permits_ = nullptr;               ///< null: who asks is not known
  const config::Client* limited_ = nullptr;  ///< with the permits
  const quotas::LimitSet* limits_ = nullptr;
  std::string_view client_name_;
  RefusedWords words_;
  const operations::RequestTarget* target_ = nullptr;
  std::string_view model_;  ///< as the client asked for it
  bool body_read_;
};

}  // namespace tollgate::proxy
