// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_actions.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "quota_names.hpp"
#include "quota_status.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

using ActionJson = nlohmann::ordered_json;
using ledger::QuotaAction;
using ledger::QuotaActionKind;
using quotas::LimitKey;
using quotas::LimitState;

constexpr std::size_t kLongestReason = 256;

/// No window is longer than a year.
constexpr std::chrono::hours kLongestWindow{24 * 367};

admin::ActionAnswer refusal(int status, const std::string& why) {
  return {status, ActionJson{{"error", why}}.dump() + "\n"};
}

int status_of(const Error& error) {
  if (error.code == Errc::not_found) return 404;
  return error.code == Errc::invalid_input ? 400 : 503;
}

/// What was asked for, as texts.
struct Order {
  std::string action;
  std::string subject;
  std::string limit;
  std::string amount;
  std::string reason;
};

Result<Order> order_in(const std::string& body) {
  const ActionJson json = ActionJson::parse(body, nullptr, false);
  if (!json.is_object()) return Error{Errc::invalid_input, "the body is no JSON object"};
  Order out;
  for (const auto& [name, to] :
       {std::pair("action", &out.action), std::pair("subject", &out.subject),
        std::pair("limit", &out.limit), std::pair("amount", &out.amount),
        std::pair("reason", &out.reason)}) {
    const auto found = json.find(name);
    if (found == json.end()) continue;
    if (!found->is_string()) return Error{Errc::invalid_input, std::string(name) + " is no text"};
    *to = found->get<std::string>();
  }
  if (out.action == "top_up" || out.action == "reset") return out;
  return Error{Errc::invalid_input, "action must be top_up or reset"};
}

/// The action with its limit, as far as it can be told without changing anything.
struct Planned {
  LimitKey key;
  QuotaAction action;
};

Error no_window(const LimitState& state, const char* what) {
  return {Errc::invalid_input, limit_name(state.rule->limit) + " of " +
                                   to_text(state.rule->subject) + " cannot be " + what};
}

Result<Planned> plan(const quotas::Quotas& quotas, const Order& order, quotas::Moment now) {
  const auto state = choose_limit(quotas.states(now), order.subject, order.limit);
  if (!state) return state.error();
  const quotas::Rule& rule = *state->rule;
  Planned out{key_of(rule), {}};
  QuotaAction& action = out.action;
  action.id = make_uuid_v7(now.utc);
  action.made_at = now.utc;
  action.limit_key = key_text(out.key);
  action.limit = to_text(rule.subject) + ": " + to_text(rule.limit);
  action.reason = sanitize_utf8(order.reason, kLongestReason);
  if (order.action == "top_up") {
    if (!state->window)
      return no_window(*state, "topped up: only windows of an hour to a year can be");
    const auto amount = parse_amount(order.amount, rule.limit);
    if (!amount) return amount.error();
    action.amount = *amount;
    return out;
  }
  if (rule.limit.measure == quotas::Measure::in_flight)
    return no_window(*state, "reset: requests in flight end by themselves");
  if (!order.amount.empty()) return Error{Errc::invalid_input, "reset takes no amount"};
  action.kind = QuotaActionKind::reset;
  action.amount = quotas.used_units(out.key, now).value_or(0);
  return out;
}

/// All of it is forgiven here, so that one ledger has it: what this process claims may then be
/// below 0. `own`: where the store has not said.
std::int64_t used_by_all(const shared_quotas::SharedQuotas& shared, const LimitKey& key,
                         quotas::Moment now, std::int64_t own) {
  for (const shared_quotas::StoredState& state : shared.states()) {
    const bool current =
        state.window && state.window->begin <= now.utc && now.utc < state.window->end;
    if (state.key == key && current) return state.used;
  }
  return own;
}

}  // namespace

Changes changes_in(const std::vector<QuotaAction>& actions, const std::vector<LimitState>& states) {
  Changes out;
  for (const LimitState& state : states) {
    if (!state.window) continue;
    const LimitKey key = key_of(*state.rule);
    const std::string text = key_text(key);
    for (const QuotaAction& action : actions) {
      const bool within =
          action.made_at >= state.window->begin && action.made_at < state.window->end;
      if (!within || action.limit_key != text) continue;
      auto& sums = action.kind == QuotaActionKind::top_up ? out.top_ups : out.forgiven;
      std::int64_t& sum = sums[key];
      sum = std::min(sum + action.amount, quotas::kLargestAmount);
    }
  }
  return out;
}

std::map<LimitKey, std::int64_t> QuotaActions::restore(const std::vector<LimitKey>& keys,
                                                       quotas::Moment now, UtcTime until) {
  auto actions = book_.actions(now.utc - kLongestWindow);
  if (!actions) {
    telemetry::log::error("quotas.actions_not_read", {{"detail", actions.error().message}});
    return {};
  }
  std::erase_if(*actions, [&](const QuotaAction& action) { return action.made_at >= until; });
  Changes changes = changes_in(*actions, quotas_.states(now));
  for (const auto& [key, amount] : changes.top_ups) {
    if (!std::binary_search(keys.begin(), keys.end(), key)) continue;
    (void)quotas_.top_up(key, std::min(amount, quotas::kLargestWeightedAmount), now);
  }
  return std::move(changes.forgiven);
}

void QuotaActions::change(const LimitKey& key, const QuotaAction& action, quotas::Moment now) {
  if (action.kind == QuotaActionKind::top_up) {
    (void)quotas_.top_up(key, action.amount, now);
  } else if (!quotas_.forgive(key, action.amount, now)) {
    (void)quotas_.reset(key, now);  // a rate: it begins anew with each process
  }
}

asio::awaitable<admin::ActionAnswer> QuotaActions::act(std::string body, std::string peer,
                                                       std::string currency) {
  const quotas::Moment now = quotas::Moment::now();
  const Result<Order> order = order_in(body);
  if (!order) co_return refusal(400, order.error().message);
  Result<Planned> planned = plan(quotas_, *order, now);
  if (!planned) co_return refusal(status_of(planned.error()), planned.error().message);
  if (shared_ != nullptr && planned->action.kind == QuotaActionKind::reset)
    planned->action.amount = used_by_all(*shared_, planned->key, now, planned->action.amount);
  planned->action.peer = std::move(peer);
  std::function<Result<bool>()> write = [&book = book_,
                                         action = planned->action]() -> Result<bool> {
    const Result<void> done = book.add_action(action);
    if (!done) return done.error();
    return true;
  };
  const Result<bool> written = co_await run_elsewhere<bool>(disk_, std::move(write), cancellation_);
  if (!written) {
    co_return refusal(
        503, "it cannot be kept in the ledger, and was not done: " + written.error().message);
  }
  change(planned->key, planned->action, now);
  const QuotaAction& action = planned->action;
  telemetry::log::warn("quotas.changed", {{"action", to_string(action.kind)},
                                          {"limit", action.limit},
                                          {"amount", order->amount},
                                          {"reason", action.reason},
                                          {"peer", action.peer},
                                          {"id", action.id.to_string()}});
  ActionJson out{{"done", to_string(action.kind)}, {"id", action.id.to_string()}};
  for (const LimitState& state : quotas_.states(quotas::Moment::now())) {
    if (key_of(*state.rule) == planned->key) out["limit"] = state_json(state, currency);
  }
  co_return admin::ActionAnswer{200, out.dump() + "\n"};
}

}  // namespace tollgate::app
