// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_keeping.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>

#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace {

constexpr seconds kTellEvery{1};
constexpr seconds kReadAgainAfter{10};

std::string rule_text(const quotas::Rule& rule) {
  return to_text(rule.subject) + ": " + to_text(rule.limit);
}

}  // namespace

QuotasToRestore QuotaKeeping::apply(const config::Config& config, bool running) {
  currency_ = config.prices.list.currency();
  gateway_ = config.gateway.name;
  QuotasToRestore out;
  out.now = quotas::Moment::now();
  out.zone = config::quota_zone(config);
  out.ledger_path = config.ledger.path;
  out.keys = quotas_.apply(config::quota_rules(config), out.zone, out.now);
  if (running) out.until = out.now.utc;
  return out;
}

void QuotaKeeping::begin(const config::Config& config) {
  QuotasToRestore wanted = apply(config, false);
  wanted.forgiven = actions_.restore(wanted.keys, wanted.now, UtcTime::max());
  Restored found = attempt(wanted);
  restored(std::move(wanted), std::move(found));
}

void QuotaKeeping::use(const config::Config& config) {
  QuotasToRestore wanted = apply(config, true);
  if (wanted.keys.empty()) return;
  boost::asio::post(disk_, [this, wanted = std::move(wanted)]() mutable {
    wanted.forgiven = actions_.restore(wanted.keys, wanted.now, wanted.until);
    attempt_on_disk(std::move(wanted));
  });
}

QuotaKeeping::Restored QuotaKeeping::attempt(const QuotasToRestore& wanted) noexcept {
  try {
    return restore_quotas(quotas_, wanted);
  } catch (const std::exception& exception) {
    return Error{Errc::storage, exception.what()};
  }
}

void QuotaKeeping::attempt_on_disk(QuotasToRestore wanted) {
  Restored found = attempt(wanted);
  boost::asio::post(timer_.get_executor(),
                    [this, wanted = std::move(wanted), found = std::move(found)]() mutable {
                      restored(std::move(wanted), std::move(found));
                    });
}

void QuotaKeeping::restored(QuotasToRestore wanted, Restored found) {
  reading_ = false;
  if (found) {
    quotas_.release(wanted.keys);
    lacks_.insert(lacks_.end(), found->begin(), found->end());
    for (const std::string& lack : *found)
      telemetry::log::warn("quotas.restored_in_part", {{"detail", lack}});
    return;
  }
  telemetry::log::error("quotas.not_restored", {{"detail", found.error().message}});
  quotas_.hold(wanted.keys);
  why_not_ = found.error().message;
  // From now on there are requests, which are counted as they end.
  wanted.until = std::min(wanted.until, wanted.now.utc);
  unrestored_.push_back(std::move(wanted));
  again_at_ = std::chrono::steady_clock::now() + kReadAgainAfter;
}

void QuotaKeeping::read_again() {
  if (reading_ || unrestored_.empty() || std::chrono::steady_clock::now() < again_at_) return;
  reading_ = true;
  QuotasToRestore wanted = std::move(unrestored_.front());
  unrestored_.pop_front();
  boost::asio::post(
      disk_, [this, wanted = std::move(wanted)]() mutable { attempt_on_disk(std::move(wanted)); });
}

std::vector<std::string> QuotaKeeping::problems() const {
  std::vector<std::string> out = refusals_.problems();
  if (!unrestored_.empty() || reading_) {
    out.push_back(
        "quotas: what was used before is not known, for the ledger cannot be read; "
        "requests under a limit of money are refused: " +
        why_not_);
  }
  if (!lacks_.empty()) {
    out.push_back("quotas: the ledger has lost something of what was used, lines: " +
                  std::to_string(lacks_.size()) + "; " + lacks_.front());
  }
  add_store_problems(out);
  return out;
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
  read_again();
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
