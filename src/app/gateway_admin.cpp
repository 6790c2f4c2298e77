// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <utility>

#include "gateway.hpp"
#include "routing_status.hpp"

// What the gateway tells at its admin address, and what may be changed there.
namespace tollgate::app {
namespace {

admin::ActionRight action_right(const config::Admin& settings, std::string_view key) {
  if (settings.key.empty()) return admin::ActionRight::off;
  return settings.key.equals(key) ? admin::ActionRight::granted : admin::ActionRight::refused;
}

}  // namespace

Result<void> Gateway::build_admin() {
  Result<std::unique_ptr<admin::AdminServer>> admin = admin::AdminServer::make(
      control_->context(), current_->config.admin,
      {[this] { return readiness(); }, [this] { return metrics(); },
       [this] { return routes_page(*current_->routes, board_, std::chrono::steady_clock::now()); },
       [this] { return quotas_->page(quotas::Moment::now()); },
       [this](std::string_view key) { return action_right(current_->config.admin, key); },
       [this](std::string body, std::string peer) {
         return quotas_->act(std::move(body), std::move(peer));
       }});
  if (!admin) return admin.error();
  admin_ = std::move(*admin);
  return {};
}

}  // namespace tollgate::app
