// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "tollgate/quotas/quotas.hpp"
#include "tollgate/shared_quotas/store_worker.hpp"

namespace tollgate::proxy {

/// Who decides limits: this process alone, or the store that it shares with others (not null).
struct LimitKeeper {
  quotas::Quotas* quotas = nullptr;
  shared_quotas::StoreWorker* store = nullptr;
};

/// Takes the demand of all limits of the set or of none: of a client's request, or of an attempt at
/// a deployment. Waits for the store alone, and no longer than its client does.
inline boost::asio::awaitable<quotas::Reserved> take_limits(LimitKeeper keeper,
                                                            const quotas::LimitSet& set,
                                                            const quotas::Demand& demand) {
  const quotas::Moment now = quotas::Moment::now();
  if (keeper.store == nullptr) co_return keeper.quotas->reserve(set, demand, now);
  co_return co_await keeper.store->reserve(set, demand, now);
}

}  // namespace tollgate::proxy
