// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_keeping.hpp"

#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "quota_restore.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace {

constexpr seconds kTellEvery{1};

std::string rule_text(const quotas::Rule& rule) {
  return to_text(rule.subject) + ": " + to_text(rule.limit);
}

}  // namespace

void QuotaKeeping::begin(const config::Config& config) {
  currency_ = config.prices.list.currency();
  gateway_ = config.gateway.name;
  const quotas::Moment now = quotas::Moment::now();
  const TimeZone& zone = config::quota_zone(config);
  const auto fresh = quotas_.apply(config::quota_rules(config), zone, now);
  restore_quotas(quotas_, config.ledger.path, fresh, zone, now,
                 actions_.restore(fresh, now, UtcTime::max()));
}

void QuotaKeeping::use(const config::Config& config) {
  currency_ = config.prices.list.currency();
  gateway_ = config.gateway.name;
  const quotas::Moment now = quotas::Moment::now();
  const TimeZone zone = config::quota_zone(config);
  auto fresh = quotas_.apply(config::quota_rules(config), zone, now);
  if (fresh.empty()) return;
  boost::asio::post(disk_, [&quotas = quotas_, &actions = actions_, path = config.ledger.path,
                            fresh = std::move(fresh), zone, now] {
    try {
      restore_quotas(quotas, path, fresh, zone, now, actions.restore(fresh, now, now.utc));
    } catch (const std::exception& exception) {
      telemetry::log::error("quotas.not_restored", {{"detail", exception.what()}});
    }
  });
}

void QuotaKeeping::stop() {
  stopped_ = true;
  actions_.stop();
  tell();
  timer_.cancel();
}

void QuotaKeeping::look() {
  if (stopped_) return;
  (void)quotas_.expire(std::chrono::system_clock::now());
  tell();
  timer_.expires_after(kTellEvery);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) look();
  });
}

void QuotaKeeping::tell() {
  for (const quotas::Warning& warning : quotas_.take_warnings()) {
    telemetry::log::warn("quotas.warning", {{"limit", rule_text(*warning.rule)},
                                            {"percent", warning.percent},
                                            {"used", warning.used},
                                            {"amount", warning.amount},
                                            {"window_begin", to_rfc3339(warning.window.begin)},
                                            {"window_end", to_rfc3339(warning.window.end)}});
  }
  std::vector<usage::RefusalRow> rows;
  for (const quotas::RefusalCount& refused : quotas_.take_refusals()) {
    const usage::RefusalRow& row = rows.emplace_back(row_of(refused, gateway_));
    telemetry::log::info("quotas.refused", {{"minute", to_rfc3339(row.minute)},
                                            {"client", row.client},
                                            {"model", row.model},
                                            {"limit", row.subject + ": " + row.limit},
                                            {"why", row.reason},
                                            {"count", row.requests}});
  }
  refusals_.add(rows);
}

}  // namespace tollgate::app
