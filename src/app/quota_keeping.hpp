// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "quota_actions.hpp"
#include "quota_restore.hpp"
#include "refusal_keeping.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/quotas/quotas.hpp"
#include "tollgate/shared_quotas/shared_quotas.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// Makes the quotas follow the configuration and the ledger, and tells the log of what operators
/// want to hear: what is nearly used up, and whom a limit refused, once for each client, limit and
/// minute.
class QuotaKeeping {
 public:
  /// All of it outlives it. `disk`: where reading the ledger may block. `shared`: where limits are
  /// decided that replicas share; null: here.
  QuotaKeeping(boost::asio::io_context& control, const boost::asio::any_io_executor& disk,
               quotas::Quotas& quotas, ledger::Ledger& ledger,
               const shared_quotas::SharedQuotas* shared = nullptr)
      : timer_(control),
        disk_(disk),
        quotas_(quotas),
        shared_(shared),
        actions_(quotas, ledger.quotas(), disk, shared),
        refusals_(control, disk, ledger) {}

  /// The first configuration: returns when what its windows have used is counted. Before there are
  /// workers, and once the ledger is open.
  void begin(const config::Config& config);
  /// Another one; control thread. What windows of new limits have used so far is counted soon.
  void use(const config::Config& config);

  /// Every limit as it stands, as JSON; and for metrics. Control thread, as all below.
  std::string page(quotas::Moment now) const;
  std::vector<telemetry::QuotaGauges> gauges(quotas::Moment now) const;
  /// A line for each delivery that fails, and what is wrong with the store that limits are shared
  /// in, and what is done about it.
  std::vector<std::string> problems() const;
  /// With what is known of the limits in the store.
  telemetry::StoreGauges with_limits(telemetry::StoreGauges gauges) const;
  void start() { look(); }
  void stop();

  /// Changes what a limit has left, as an operator says (QuotaActions::act).
  boost::asio::awaitable<admin::ActionAnswer> act(std::string body, std::string peer) {
    return actions_.act(std::move(body), std::move(peer), currency_);
  }
  RefusalKeeping& refusals() { return refusals_; }

 private:
  void add_store_problems(std::vector<std::string>& out) const;
  using Restored = Result<std::vector<std::string>>;

  void look();
  void tell();
  QuotasToRestore apply(const config::Config& config, bool running);
  Restored attempt(const QuotasToRestore& wanted) noexcept;
  void attempt_on_disk(QuotasToRestore wanted);
  void restored(QuotasToRestore wanted, Restored found);
  void read_again();

  boost::asio::steady_timer timer_;
  boost::asio::any_io_executor disk_;
  quotas::Quotas& quotas_;
  const shared_quotas::SharedQuotas* shared_;
  QuotaActions actions_;
  RefusalKeeping refusals_;
  std::string gateway_;                     ///< its name
  std::string currency_;                    ///< of limits of money
  std::deque<QuotasToRestore> unrestored_;  ///< the ledger could not be read: it is, again
  bool reading_ = false;                    ///< one of them
  SteadyTime again_at_;
  std::string why_not_;
  std::vector<std::string> lacks_;  ///< LedgerUse::faults
  bool stopped_ = false;
};

}  // namespace tollgate::app
