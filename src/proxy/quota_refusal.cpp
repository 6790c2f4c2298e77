// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <string>

#include "refusal.hpp"
#include "tollgate/http/retry_after.hpp"
#include "tollgate/pricing/amount.hpp"

// How a request is refused that its limits have nothing for.
namespace tollgate::proxy {
namespace {

using quotas::Exceeded;

constexpr std::string_view kRate = "rate_limit_exceeded";
constexpr std::string_view kExhausted = "insufficient_quota";
constexpr std::string_view kNoRetry = "x-should-retry: false\r\n";
constexpr int kTooManyRequests = 429;

/// "The limit of client retail: 60000 tokens per minute." Of money: "500 USD per month."
std::string limit_text(const Exceeded& exceeded, std::string_view currency) {
  const quotas::Limit& limit = exceeded.rule->limit;
  std::string out = "The limit of " + to_text(exceeded.rule->subject) + ": ";
  if (limit.measure == quotas::Measure::cost && !currency.empty()) {
    out.append(pricing::to_decimal(limit.amount, pricing::kNanoDecimals)).append(" ");
    out.append(currency).append(" per ").append(to_string(limit.period));
  } else {
    out.append(to_text(limit));
  }
  return out + ".";
}

/// "in 3 s"
std::string wait_text(milliseconds wait) {
  const auto whole = std::chrono::ceil<seconds>(std::max(wait, milliseconds(1)));
  return "in " + std::to_string(whole.count()) + " s";
}

Refusal refusal_for_rate(const Exceeded& exceeded, const std::string& text) {
  return {kTooManyRequests, kRate, kRate, text + " Try again " + wait_text(exceeded.wait) + ".",
          http::retry_after_lines(exceeded.wait)};
}

Refusal refusal_for_budget(const Exceeded& exceeded, const config::Quotas& settings,
                           std::string text) {
  text.append(" It is exhausted");
  if (exceeded.window_end) {
    const auto whole = std::chrono::ceil<seconds>(*exceeded.window_end);
    // Without the fraction, which is none.
    text.append(" until ").append(to_rfc3339(whole).substr(0, 19)).append("Z");
  }
  text.append(".");
  if (!settings.contact.empty()) text.append(" ").append(settings.contact);
  return {settings.exhausted_status, kExhausted, kExhausted, std::move(text),
          std::string(kNoRetry)};
}

}  // namespace

Refusal refusal_not_restored(const quotas::Rule& rule) {
  constexpr seconds kLookedAtAgain{10};
  return {503, "quota_not_restored", "server_error",
          "What was used of the limit of " + to_text(rule.subject) +
              " is not known: the gateway cannot read its ledger. Try again " +
              wait_text(kLookedAtAgain) + ".",
          http::retry_after_lines(kLookedAtAgain)};
}

Refusal refusal_for_quota(const quotas::Exceeded& exceeded, const config::Quotas& settings,
                          std::string_view currency) {
  std::string text = limit_text(exceeded, currency);
  switch (exceeded.kind) {
    case Exceeded::Kind::rate:
      return refusal_for_rate(exceeded, text);
    case Exceeded::Kind::in_flight:
      return {kTooManyRequests, kRate, kRate, text + " Try again when one has ended.",
              http::retry_after_lines(seconds(1))};
    case Exceeded::Kind::budget:
      return refusal_for_budget(exceeded, settings, std::move(text));
    case Exceeded::Kind::store_away:
      return {503, "quota_store_unavailable", "server_error",
              text + " What is left of it cannot be found out now. Try again " +
                  wait_text(exceeded.wait) + ".",
              http::retry_after_lines(exceeded.wait)};
    case Exceeded::Kind::unpriced:
      return {403,
              "PriceNotKnown",
              "permission_error",
              text + " What is asked for has no price here.",
              {}};
    case Exceeded::Kind::too_large:
      break;
  }
  return {400,
          "request_too_large",
          "invalid_request_error",
          text.substr(0, text.size() - 1) +
              ", is less than this one request may take. Ask for less: a shorter prompt, or a "
              "smaller limit of tokens for the answer.",
          {}};
}

}  // namespace tollgate::proxy
