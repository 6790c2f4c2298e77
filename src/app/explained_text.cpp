// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <utility>

#include "explained_record.hpp"
#include "tollgate/usage/record_fields.hpp"

namespace tollgate::app {
namespace {

using usage::Attempt;
using usage::CostBasis;
using usage::UsageBasis;
using usage::UsageRecord;

constexpr std::size_t kNameWidth = 12;

/// Paragraphs of lines, each a name and what is said of it.
class Account {
 public:
  void title(std::string_view text) { out_.append(out_.empty() ? "" : "\n").append(text) += "\n"; }
  /// Nothing where the text is empty.
  void line(std::string_view name, const std::string& text) {
    if (text.empty()) return;
    out_.append("  ").append(name);
    out_.append(name.size() < kNameWidth ? kNameWidth - name.size() : 1, ' ');
    out_.append(text).append("\n");
  }
  void plain(std::string_view text) { out_.append("  ").append(text).append("\n"); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

/// "a, b, c" of what is there.
class Words {
 public:
  Words& add(std::string_view text, std::string_view before = {}, std::string_view behind = {}) {
    if (text.empty()) return *this;
    out_.append(out_.empty() ? "" : ", ").append(before).append(text).append(behind);
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string tags_text(const UsageRecord& record) {
  Words out;
  for (const auto& [name, value] : record.tags) out.add(value, name + "=");
  return out.take();
}

void tell_who(const UsageRecord& record, Account& out) {
  out.title("Who");
  out.line("client", record.client_name);
  out.line("tags", tags_text(record));
  out.line("proven by", Words().add(record.auth_method).add(record.caller_proof).take());
  out.line("caller", Words()
                         .add(record.caller_ip_address, "address ")
                         .add(record.caller_app_id, "application ")
                         .add(record.caller_object_id, "object ")
                         .add(record.caller_tenant_id, "tenant ")
                         .add(record.caller_custom_id, "header ")
                         .take());
  out.line("end user", record.end_user);
}

std::string place_of(const std::string& backend, const std::string& deployment) {
  return deployment.empty() ? backend : backend + "/" + deployment;
}

std::string served_text(const UsageRecord& record) {
  Words out;
  out.add(place_of(record.backend, record.backend_deployment));
  if (record.spilled_over) {
    const std::string to =
        record.served_deployment.empty() ? "a deployment not named" : record.served_deployment;
    out.add(to, "spilled over to ");
  }
  return out.add(record.model, "as ")
      .add(record.backend_region, "region ")
      .add(record.sku, "sku ")
      .take();
}

std::string tier_text(const UsageRecord& record) {
  const std::string served =
      record.service_tier.empty() ? "default (the answer names none)" : record.service_tier;
  const std::string& asked = record.requested_service_tier;
  return asked.empty() || asked == record.service_tier ? served : served + ", asked for " + asked;
}

void tell_what(const ExplainedRecord& explained, Account& out) {
  const UsageRecord& record = explained.record;
  out.title("What");
  out.line("operation", Words()
                            .add(record.operation_id)
                            .add(record.api_version, "api-version ")
                            .add(record.stream ? "as a stream" : "")
                            .take());
  out.line("accepted", to_rfc3339(record.event_time) + " by " + record.gateway);
  out.line("asked for", record.requested_model);
  out.line("served by", served_text(record));
  out.line("tier", tier_text(record));
  const std::string status =
      record.status_code == 0 ? "nothing was sent" : "status " + std::to_string(record.status_code);
  out.line("ended", Words()
                        .add(to_string(record.outcome))
                        .add(status)
                        .add(record.finish_reason, "finish reason ")
                        .add(record.error_code, "error ")
                        .add(std::to_string(record.duration_ms), "", " ms")
                        .take());
  out.line("ids", Words()
                      .add(record.backend_request_id, "apim-request-id ")
                      .add(record.correlation_id, "the client's ")
                      .add(record.response_id, "the answer's ")
                      .add(record.conversation_id, "conversation ")
                      .take());
  out.line(
      "delivery",
      Words().add(to_string(explained.state)).add(explained.quarantine_reason, "because ").take());
}

std::string attempt_text(const Attempt& attempt) {
  Words out;
  out.add(place_of(attempt.backend, attempt.deployment));
  if (attempt.status != 0) out.add(std::to_string(attempt.status), "status ");
  if (attempt.status == 0) out.add("no answer");
  out.add(attempt.error);
  out.add(std::to_string(attempt.duration_ms), "", " ms");
  if (attempt.retry_after_ms)
    out.add(std::to_string(*attempt.retry_after_ms), "asked to wait ", " ms");
  if (!attempt.sent) out.add("nothing of the request left");
  return out.take();
}

void tell_attempts(const UsageRecord& record, Account& out) {
  if (record.attempts.empty()) return;
  out.title("Attempts");
  for (std::size_t i = 0; i < record.attempts.size(); ++i)
    out.line(std::to_string(i + 1), attempt_text(record.attempts[i]));
}

std::string_view basis_text(UsageBasis basis) {
  switch (basis) {
    case UsageBasis::reported:
      return "reported: the backend's own final count, in its answer";
    case UsageBasis::partial:
      return "partial: counts from the backend, but not all that is billed";
    case UsageBasis::estimated:
      return "estimated: Tollgate's own count, for the backend gave none";
    case UsageBasis::none:
      break;
  }
  return "none: nothing is known, or no tokens are used";
}

void tell_tokens(const UsageRecord& record, Account& out) {
  out.title("Usage");
  out.plain(basis_text(record.usage_basis));
  out.line("because", record.usage_reason);
  if (!record.usage_reason.empty()) out.plain("(what these words mean: docs/usage-records.md)");
  const auto count = [&](std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) out.plain(std::string(name) + " " + std::to_string(*value));
  };
  usage::visit_token_counts([&](const usage::RecordField& field, auto member) {
    count(field.column, record.tokens.*member);
  });
  count("AudioDurationMs", record.audio_duration_ms);
  count("WebSearchCalls", record.web_search_calls);
  count("FileSearchCalls", record.file_search_calls);
  count("CodeInterpreterCalls", record.code_interpreter_calls);
  count("ComputerUseCalls", record.computer_use_calls);
  count("LongestPromptTokens", record.longest_prompt_tokens);
  count("Images", record.images);
  out.line("ImageSize", record.image_size);
  out.line("ImageQuality", record.image_quality);
  count("Characters", record.characters);
}

/// "PromptTokens 1234 - CachedPromptTokens 1024 = 210"; the quantity alone where no sum is known.
std::string quantity_text(const pricing::CostLine& line) {
  const std::string quantity = std::to_string(line.component.quantity);
  std::string out;
  for (const pricing::QuantityTerm& term : line.terms) {
    if (term.subtracted || !out.empty()) out.append(term.subtracted ? " - " : " + ");
    out.append(term.column).append(" ").append(std::to_string(term.amount));
  }
  return out.empty() ? quantity : out + " = " + quantity;
}

std::string nano_text(std::int64_t nano) { return std::to_string(nano) + " nano"; }

void tell_line(const pricing::CostLine& line, const std::string& currency, Account& out) {
  const usage::CostComponent& component = line.component;
  out.line(component.price_class, quantity_text(line));
  std::string price = std::to_string(component.quantity) + " x " + component.price;
  if (!component.percent.empty())
    price.append(" x (100 + ").append(component.percent).append(") / 100");
  if (component.per != 1) price.append(" / ").append(std::to_string(component.per));
  if (line.exact.empty()) {
    out.line("", price + ": cannot be multiplied again");
  } else {
    out.line("", price + " = " + line.exact + (line.endless ? "... " : " ") + currency);
  }
  if (!component.percent.empty() && !line.adjusted_price.empty())
    out.line("", "that is " + line.adjusted_price + " " + currency + " for " +
                     std::string(per_words(component.per)));
  out.line("", "stored " + nano_text(component.cost_nano));
}

std::string_view cost_basis_text(CostBasis basis) {
  switch (basis) {
    case CostBasis::priced:
      return "priced: everything that is known to be billed has a price";
    case CostBasis::partial:
      return "partial: something that was used has no price, or is not counted";
    case CostBasis::allocated_later:
      return "allocated_later: capacity that is paid by the hour served it";
    case CostBasis::unpriced:
      break;
  }
  return "unpriced: there is no amount, which is not 0";
}

/// A cost with what proves it: a record's own, or an adjustment's.
struct ExplainedCost {
  const UsageRecord& record;
  const pricing::CostProof& proof;
  const std::optional<pricing::PriceEntry>& price;
  std::optional<pricing::ProvisionalTerms> provisional;
};

std::string entry_text(const ExplainedCost& cost) {
  if (cost.record.price_id.empty()) return {};
  if (cost.proof.share) return cost.record.price_id + ", an hour of capacity";
  if (!cost.price) return cost.record.price_id + ", which is not in the prices at hand";
  const pricing::PriceEntry& entry = *cost.price;
  const std::string_view scope = to_string(entry.scope);
  return Words()
      .add(cost.record.price_id)
      .add(entry.model)
      .add(scope.empty() ? "any" : scope, "scope ")
      .add(to_string(entry.tier), "tier ")
      .add(pricing::to_date(entry.from), "from ")
      .add(std::to_string(entry.line), "line ")
      .take();
}

std::string amount_text(std::int64_t nano, const std::string& currency) {
  return nano_text(nano) + " = " + pricing::to_fixed(nano, pricing::kNanoDecimals) + " " + currency;
}

void tell_sum(const ExplainedCost& cost, Account& out) {
  const UsageRecord& record = cost.record;
  const pricing::CostProof& proof = cost.proof;
  const std::string stored = amount_text(*record.cost_nano, record.cost_currency);
  if (proof.exact_sum.empty()) {
    out.line("sum", stored + ", which cannot be computed again");
    return;
  }
  const std::string rule = proof.share
                               ? ", rounded down, or up where its rest is among the largest:"
                               : ", rounded once, half to even:";
  out.line("sum", proof.exact_sum + (proof.endless ? "... " : " ") + record.cost_currency + rule);
  out.line("", stored);
  out.line("", proof.holds ? "computed again just now: the same, and so is every component"
                           : "computed again just now: NOT what the record has");
}

/// "PromptTokens 36 - CachedPromptTokens 0 + 12 x CompletionTokens 4 = 84".
std::string weight_text(const usage::TokenCounts& tokens, const pricing::ProvisionalTerms& terms) {
  std::string out = "PromptTokens " + std::to_string(tokens.prompt.value_or(0));
  if (tokens.cached_prompt.value_or(0) != 0)
    out.append(" - CachedPromptTokens ").append(std::to_string(*tokens.cached_prompt));
  out.append(" + ").append(std::to_string(terms.output_weight)).append(" x CompletionTokens ");
  out.append(std::to_string(tokens.completion.value_or(0)));
  return out + " = " + std::to_string(terms.weight);
}

void tell_provisional(const ExplainedCost& cost, Account& out) {
  const UsageRecord& record = cost.record;
  if (!record.provisional_cost_nano) return;
  out.line("provisional", amount_text(*record.provisional_cost_nano, record.provisional_currency) +
                              ", no cost: its share of what the hour's capacity can take");
  if (!cost.provisional) return;
  const pricing::ProvisionalTerms& terms = *cost.provisional;
  const std::string hour = pricing::to_decimal(terms.hour_nano, pricing::kNanoDecimals);
  out.line("", weight_text(record.tokens, terms));
  out.line("", std::to_string(terms.weight) + " x " + hour + " / " + std::to_string(terms.whole) +
                   " = " + amount_text(terms.share_nano, record.provisional_currency));
  if (terms.share_nano != *record.provisional_cost_nano)
    out.line("", "that is by the capacity that is configured now, NOT what the record has");
}

void tell_cost(const ExplainedCost& cost, Account& out) {
  const UsageRecord& record = cost.record;
  out.plain(cost_basis_text(record.cost_basis));
  out.line("because", record.cost_reason);
  if (!record.cost_reason.empty()) out.plain("(what these words mean: docs/cost.md)");
  out.line("price", entry_text(cost));
  for (const pricing::CostLine& line : cost.proof.lines) tell_line(line, record.cost_currency, out);
  if (record.cost_nano) tell_sum(cost, out);
  tell_provisional(cost, out);
}

std::string previous_text(const usage::CostAdjustment& one) {
  if (!one.previous_nano) return "no amount (" + std::string(to_string(one.previous_basis)) + ")";
  return amount_text(*one.previous_nano, one.previous_currency);
}

void tell_adjustment(const ExplainedAdjustment& explained, bool counts, Account& out) {
  const usage::CostAdjustment& one = explained.adjustment;
  out.title("Adjustment: " + std::string(to_string(one.kind)) +
            (counts ? ", which counts now" : ", which counts no more"));
  out.line("made at", to_rfc3339(one.made_at));
  out.line("run", one.run);
  out.line("before", previous_text(one));
  tell_cost({one.record, explained.proof, explained.price, std::nullopt}, out);
}

}  // namespace

std::string_view per_words(std::int64_t per) {
  if (per == pricing::kPerMillion) return "a million";
  if (per == pricing::kPerSecond) return "a second";
  if (per == pricing::kPerMinute) return "a minute";
  return per == pricing::kPerHour ? "an hour" : "one";
}

std::string explained_text(const ExplainedRecord& explained) {
  Account out;
  Words columns;
  for (const std::string_view column : explained.found_by) columns.add(column);
  out.title("Record " + explained.record.record_id.to_string() + " (found by " + columns.take() +
            ")");
  tell_who(explained.record, out);
  tell_what(explained, out);
  tell_attempts(explained.record, out);
  tell_tokens(explained.record, out);
  out.title(explained.adjustments.empty() ? "Cost" : "Cost, as it was recorded");
  tell_cost({explained.record, explained.proof, explained.price, explained.provisional}, out);
  for (const ExplainedAdjustment& one : explained.adjustments)
    tell_adjustment(one, &one == &explained.adjustments.back(), out);
  return out.take();
}

}  // namespace tollgate::app
