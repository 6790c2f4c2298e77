// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "permits.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "rate_fields.hpp"
#include "take_limits.hpp"
#include "tollgate/base/errand.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

/// As for counts behind an answer: a few milliseconds.
constexpr std::size_t kCountedAtOnce = 64 * 1024;

/// The configuration's name of the model that is asked for; empty: none of it.
std::string_view model_of(const Destination& destination, const config::Config& config) {
  if (destination.models_route != nullptr) return destination.models_route->model;
  const auto found = std::find_if(
      config.models.begin(), config.models.end(),
      [&](const config::Model& model) { return iequals(model.name, destination.model); });
  return found == config.models.end() ? std::string_view() : std::string_view(found->name);
}

/// Whether how long the answer will be is not the request's own word.
bool is_guess(const Wanted& wanted, const quotas::Demand& demand) {
  const bool told = wanted.scan != nullptr && wanted.scan->asked_output.most().has_value();
  return !told && demand.completion_tokens > 0;
}

asio::awaitable<Result<std::int64_t>> count_anywhere(const operations::Operation& operation,
                                                     std::string_view model, std::string_view body,
                                                     asio::any_io_executor background,
                                                     Cancellation& cancellation) {
  if (body.size() <= kCountedAtOnce) co_return count_prompt(operation, model, body);
  std::function<Result<std::int64_t>()> work =
      [&operation, model = std::string(model), copy = std::string(body)]() -> Result<std::int64_t> {
    return count_prompt(operation, model, copy);
  };
  co_return co_await run_elsewhere<std::int64_t>(std::move(background), std::move(work),
                                                 cancellation);
}

}  // namespace

Permits::Permits(const PipelineParts& parts)
    : config_(parts.config),
      quotas_(parts.quotas),
      store_(parts.shared_limits),
      pricer_(parts.pricer),
      metrics_(parts.metrics),
      background_(parts.background),
      known_(parts.config.clients.size()) {}

const quotas::LimitSet* Permits::find(const config::Client& client,
                                      const Destination& destination) {
  if (quotas_ == nullptr) return nullptr;
  auto& of_client = known_[static_cast<std::size_t>(&client - config_.clients.data())];
  const std::string_view model = model_of(destination, config_);
  auto found = of_client.find(model);
  if (found == of_client.end()) {
    std::string name(model);
    quotas::LimitSet limits = quotas_->limits_of(client.name, client.tags, name);
    found = of_client.emplace(std::move(name), std::move(limits)).first;
  }
  return found->second.empty() ? nullptr : &found->second;
}

std::string Permits::rate_lines(const quotas::LimitSet* limits,
                                const http::ResponseHead* backend) const {
  if (limits == nullptr) return {};
  return proxy::rate_lines(quotas_->tightest(*limits, quotas::Moment::now()), backend);
}

std::int64_t Permits::usual_output(const quotas::LimitSet& limits, std::string_view model) const {
  const auto& told = config_.quotas.output_tokens;
  const auto found = told.find(std::string(model));
  if (found != told.end()) return found->second;
  const quotas::LearnedOutput* const learned = limits.output();
  const auto usual = learned == nullptr ? std::nullopt : learned->usual(quotas::kLargestAmount);
  return usual.value_or(quotas::kUnknownOutput);
}

Refusal Permits::refuse(const quotas::LimitSet& limits, const quotas::Exceeded& exceeded,
                        const config::Client& client) {
  quotas_->count_refusal(limits, exceeded, quotas::Moment::now());
  const quotas::Rule& rule = *exceeded.rule;
  metrics_.count_quota_refusal(client.name, to_text(rule.subject) + ": " + to_text(rule.limit));
  const std::string currency = pricer_ == nullptr ? "" : pricer_->list().currency();
  return refusal_for_quota(exceeded, config_.quotas, currency);
}

asio::awaitable<OrRefusal<Permit>> Permits::take(const quotas::LimitSet* given,
                                                 const Wanted& wanted,
                                                 const Destination& destination,
                                                 std::string_view body, const Arrival& arrival,
                                                 Cancellation& cancellation) {
  if (given == nullptr) co_return Permit();
  const quotas::LimitSet& limits = *given;
  const auto held = quotas_->held_by(limits, quotas::Moment::now());
  if (held != nullptr) co_return refusal_not_restored(*held);
  const std::string_view model = model_of(destination, config_);
  const operations::Operation& operation = *wanted.target.operation;
  const auto count = [&] {
    return count_anywhere(operation, model, body, background_, cancellation);
  };
  quotas::Demand demand;
  bool counted = !limits.counts_tokens() && !limits.counts_cost();
  if (!counted) {
    demand.completion_tokens = output_at_most(wanted, usual_output(limits, model));
    const std::optional<std::int64_t> at_most = prompt_at_most(wanted, body);
    counted = !at_most;
    Result<std::int64_t> prompt = at_most.value_or(0);
    if (counted) prompt = co_await count();
    if (!prompt) co_return no_answer();
    demand.prompt_tokens = *prompt;
  }
  for (;;) {
    if (limits.counts_cost() && pricer_ != nullptr)
      demand.cost_nano = dearest_cost(wanted, destination, *pricer_, arrival.accepted_at, demand);
    // Without a store no coroutine is made for it.
    quotas::Reserved reserved;
    if (store_ == nullptr) reserved = quotas_->reserve(limits, demand, quotas::Moment::now());
    const LimitKeeper keeper{quotas_, store_};
    if (store_ != nullptr) reserved = co_await take_limits(keeper, limits, demand);
    if (!reserved.exceeded) co_return Permit(std::move(reserved.reservation));
    const quotas::Exceeded& exceeded = *reserved.exceeded;
    // What is only bounded by now is no reason to refuse for good, also where something else does.
    const bool for_good = exceeded.kind == quotas::Exceeded::Kind::too_large;
    if (!counted && demand.prompt_tokens > 0 && (exceeded.smaller_may_pass || for_good)) {
      counted = true;
      const Result<std::int64_t> prompt = co_await count();
      if (!prompt) co_return no_answer();
      demand.prompt_tokens = *prompt;
    } else if (for_good && is_guess(wanted, demand)) {
      demand.completion_tokens /= 2;  // a guess is no reason to refuse for good
    } else {
      co_return refuse(limits, exceeded, wanted.client);
    }
  }
}

void note_output(const quotas::LimitSet* limits, const usage::RequestScan* scan,
                 const usage::UsageRecord& record) {
  if (limits == nullptr || limits->output() == nullptr || scan == nullptr) return;
  const bool whole = record.outcome == usage::Outcome::completed &&
                     record.usage_basis == usage::UsageBasis::reported;
  const usage::AskedOutput& asked = scan->asked_output;
  if (!whole || asked.cap || !record.tokens.completion) return;
  limits->output()->note(*record.tokens.completion / std::max<std::int64_t>(asked.answers, 1));
}

}  // namespace tollgate::proxy
