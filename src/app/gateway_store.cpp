// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <future>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>

#include "gateway.hpp"
#include "tollgate/config/worker_count.hpp"

// The store that replicas share, from its first word to the last.
namespace tollgate::app {

namespace asio = boost::asio;

Result<void> Gateway::build_store() {
  const config::Config& config = current_->config;
  const unsigned control = config::worker_count(config);  // behind the workers
  Result<std::unique_ptr<SharedStore>> made = SharedStore::make(
      config,
      {config.identity, control_->identity_transport(), control_->executor(), token_caches_},
      control + 1);
  if (!made) return made.error();
  store_ = std::move(*made);
  if (!store_) return {};
  control_store_ = store_->client(control_->executor(), control_->sweep(),
                                  parts_->metrics.worker(control), control);
  parts_->store = store_.get();
  parts_->control_store = control_store_.get();
  const std::int64_t now = to_unix_micros(std::chrono::system_clock::now());
  shared_quotas_ = std::make_unique<shared_quotas::SharedQuotas>(
      control_->executor(), *control_store_, parts_->quotas, config.quotas.store->prefix + ":",
      shared_quotas::Process{config.gateway.name, now, control}, config.quotas.store->timeout);
  parts_->shared_quotas = shared_quotas_.get();
  return {};
}

void Gateway::tell_store_the_end() {
  if (!shared_quotas_) return;
  auto told = std::make_shared<std::promise<void>>();
  std::future<void> ended = told->get_future();
  asio::post(control_->context(),
             [this, told] { shared_quotas_->stop([told] { told->set_value(); }); });
  (void)ended.wait_for(seconds(1));
}

}  // namespace tollgate::app
