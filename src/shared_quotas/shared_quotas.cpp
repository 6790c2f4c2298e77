// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/shared_quotas/shared_quotas.hpp"

#include <utility>

#include "keeper.hpp"

namespace tollgate::shared_quotas {

SharedQuotas::SharedQuotas(boost::asio::any_io_executor control, redis::Client& client,
                           quotas::Quotas& quotas, std::string prefix, Process process,
                           milliseconds patience)
    : keeper_(std::make_shared<Keeper>(std::move(control), client, quotas, std::move(prefix),
                                       std::move(process), patience)) {
  keeper_->listen();
}

SharedQuotas::~SharedQuotas() = default;

void SharedQuotas::start() { keeper_->start(); }
void SharedQuotas::beat() { keeper_->beat(); }
void SharedQuotas::stop(std::function<void()> told) { keeper_->stop(std::move(told)); }

std::unique_ptr<StoreWorker> SharedQuotas::make_worker(unsigned number, redis::Client& client,
                                                       boost::asio::any_io_executor executor) {
  return std::make_unique<StoreWorker>(keeper_->state(), number, client, std::move(executor));
}

bool SharedQuotas::ready(SteadyTime now) const { return keeper_->ready(now); }
StoreStatus SharedQuotas::status() const { return keeper_->status(); }
std::vector<StoredState> SharedQuotas::states() const { return keeper_->states(); }
std::vector<HadAhead> SharedQuotas::had_ahead() const { return keeper_->had_ahead(); }

}  // namespace tollgate::shared_quotas
