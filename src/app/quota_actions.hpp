// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "tollgate/admin/admin_server.hpp"
#include "tollgate/base/cancellation.hpp"
#include "tollgate/ledger/quota_book.hpp"
#include "tollgate/quotas/quotas.hpp"
#include "tollgate/shared_quotas/shared_quotas.hpp"

namespace tollgate::app {

/// What operators have changed of windows that are not over yet, by limit.
struct Changes {
  std::map<quotas::LimitKey, std::int64_t> top_ups;   ///< in the limit's own measure
  std::map<quotas::LimitKey, std::int64_t> forgiven;  ///< in units
};

/// The sums of `actions` that are of the current windows of `states`. Pure.
Changes changes_in(const std::vector<ledger::QuotaAction>& actions,
                   const std::vector<quotas::LimitState>& states);

/// What an operator may do to a limit while the gateway runs: top it up for its window, or forgive
/// what was used of it. The ledger has it before it counts: a restart within the window does not
/// forget it. Control thread but where it says otherwise.
///
/// Counters that replicas share go through here as well: `change` is the one place.
class QuotaActions {
 public:
  /// All of it outlives it. `disk`: where the ledger may block.
  /// `shared`: where limits are decided that replicas share; null: here.
  QuotaActions(quotas::Quotas& quotas, ledger::QuotaBook& book, boost::asio::any_io_executor disk,
               const shared_quotas::SharedQuotas* shared = nullptr)
      : quotas_(quotas), book_(book), disk_(std::move(disk)), shared_(shared) {}

  /// Of the ledger, for limits that begin anew at `now`: their windows get their top-ups, and what
  /// was forgiven is returned, for whoever counts their records. Of what was done before `until`:
  /// later than that `act` has counted it itself. Blocks. What goes wrong is logged. Any thread.
  std::map<quotas::LimitKey, std::int64_t> restore(const std::vector<quotas::LimitKey>& keys,
                                                   quotas::Moment now, UtcTime until);

  /// {"action": "top_up", "subject": "retail-chatbot", "limit": "cost/month", "amount": "100.00",
  /// "reason": "..."}, or "reset" without an amount.
  boost::asio::awaitable<admin::ActionAnswer> act(std::string body, std::string peer,
                                                  std::string currency);
  void stop() { cancellation_.stop(); }

 private:
  void change(const quotas::LimitKey& key, const ledger::QuotaAction& action, quotas::Moment now);

  quotas::Quotas& quotas_;
  ledger::QuotaBook& book_;
  boost::asio::any_io_executor disk_;
  const shared_quotas::SharedQuotas* shared_;
  Cancellation cancellation_;
};

}  // namespace tollgate::app
