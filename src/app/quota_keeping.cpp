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

std::string_view refusal_word(quotas::Exceeded::Kind kind) {
  switch (kind) {
    case quotas::Exceeded::Kind::rate:
      return "rate";
    case quotas::Exceeded::Kind::in_flight:
      return "in_flight";
    case quotas::Exceeded::Kind::budget:
      return "exhausted";
    case quotas::Exceeded::Kind::store_away:
      return "store_away";
    case quotas::Exceeded::Kind::unpriced:
      return "unpriced";
    case quotas::Exceeded::Kind::too_large:
      return "too_large";
  }
  return "";
}

}  // namespace

void QuotaKeeping::begin(const config::Config& config) {
  currency_ = config.prices.list.currency();
  const quotas::Moment now = quotas::Moment::now();
  const TimeZone& zone = config::quota_zone(config);
  const auto fresh = quotas_.apply(config::quota_rules(config), zone, now);
  restore_quotas(quotas_, config.ledger.path, fresh, zone, now);
}

void QuotaKeeping::use(const config::Config& config) {
  currency_ = config.prices.list.currency();
  const quotas::Moment now = quotas::Moment::now();
  const TimeZone zone = config::quota_zone(config);
  auto fresh = quotas_.apply(config::quota_rules(config), zone, now);
  if (fresh.empty()) return;
  boost::asio::post(
      disk_, [&quotas = quotas_, path = config.ledger.path, fresh = std::move(fresh), zone, now] {
        try {
          restore_quotas(quotas, path, fresh, zone, now);
        } catch (const std::exception& exception) {
          telemetry::log::error("quotas.not_restored", {{"detail", exception.what()}});
        }
      });
}

void QuotaKeeping::stop() {
  stopped_ = true;
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
  for (const quotas::RefusalCount& refused : quotas_.take_refusals()) {
    telemetry::log::info("quotas.refused", {{"minute", to_rfc3339(refused.minute)},
                                            {"client", refused.client},
                                            {"limit", rule_text(*refused.rule)},
                                            {"why", refusal_word(refused.kind)},
                                            {"count", refused.count}});
  }
}

}  // namespace tollgate::app
