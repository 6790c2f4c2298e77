// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "capacity_entries.hpp"

#include <optional>
#include <string>

#include "tollgate/pricing/provisioned_models.hpp"

namespace tollgate::config {
namespace {

using pricing::Allocate;
using pricing::Capacity;
using pricing::Int128;

/// False: it is no minute; that is reported.
bool read_minute(MappingReader& reader, const std::string& key, bool required, const char* doc,
                 std::optional<UtcTime>& out) {
  std::string text;
  reader.text(key, text, doc, required);
  if (text.empty()) return !required && !reader.has(key);
  out = pricing::parse_minute(text);
  if (!out)
    reader.error_at(key, "must be a date such as 2026-07-09, or a minute: 2026-07-09T14:30Z");
  return out.has_value();
}

bool read_minutes(MappingReader& reader, Capacity& out) {
  std::optional<UtcTime> from;
  const bool begins = read_minute(reader, "from", true,
                                  "When it begins: a date (UTC), or a minute, "
                                  "`2026-07-09T14:30Z`.",
                                  from);
  const bool ends = read_minute(reader, "until", false,
                                "When it ends. Default: when the deployment's next entry begins, "
                                "which is how a resize and another price are written.",
                                out.until);
  out.from = from.value_or(UtcTime());
  return begins && ends;
}

std::optional<Int128> read_price(MappingReader& reader, const std::string& key, std::int64_t most,
                                 const char* doc) {
  std::string text;
  reader.text(key, text, doc);
  if (text.empty()) return std::nullopt;
  const Result<Int128> price = pricing::parse_price(text);
  const auto pico = [](std::int64_t units) { return Int128{units} * 1'000'000'000'000; };
  if (!price) {
    reader.error_at(key, price.error().message);
  } else if (*price > pico(most)) {
    reader.error_at(key, "must be at most " + std::to_string(most) + " currency units");
  }
  return price && *price <= pico(most) ? std::optional(*price) : std::nullopt;
}

void read_capacity_prices(MappingReader& reader, Capacity& out) {
  const auto hourly = read_price(reader, "hourly_per_ptu", pricing::kDearestPtuHour,
                                 "Price of one PTU for an hour, in currency units.");
  out.pico_a_month = read_price(
      reader, "monthly_total", pricing::kHighestPrice,
      "In place of it: what all of them cost in a whole month (UTC), of a reservation for "
      "instance. A part of a month costs its part, by the minute.");
  out.pico_an_hour = hourly.value_or(0);
  if (reader.documenting()) return;
  if (reader.has("hourly_per_ptu") == reader.has("monthly_total"))
    reader.error("needs one of hourly_per_ptu and monthly_total");
}

void read_allocate(MappingReader& reader, Capacity& out) {
  std::string word(to_string(out.allocate));
  reader.text("allocate", word,
              "utilisation: operations pay the whole hour, by weighted tokens; "
              "utilisation_of_capacity: each pays its part of what the capacity could have taken, "
              "the rest is told as unused; list_price: what a standard deployment would have cost; "
              "none: nobody pays.");
  const auto allocate = pricing::allocate_from_string(word);
  if (!allocate) {
    reader.error_at("allocate", "must be utilisation, utilisation_of_capacity, list_price or none");
  }
  out.allocate = allocate.value_or(out.allocate);
}

/// A model's weights: given ones, else those that Azure tells.
void read_weights(MappingReader& reader, Capacity& out) {
  std::size_t weight = 0;
  std::size_t tokens = 0;
  reader.number("output_weight", weight,
                "As how many tokens in one token out counts. Default: what Azure tells of the "
                "model (docs/cost.md).",
                1, pricing::kMostOutputWeight);
  reader.number("tokens_per_minute_per_ptu", tokens,
                "How many tokens in a PTU takes in a minute; for utilisation_of_capacity. Default: "
                "what Azure tells of the model (docs/cost.md).",
                1, pricing::kMostTokensPerMinute);
  if (reader.documenting() || out.model.empty()) return;
  const pricing::ProvisionedModel* const known = pricing::find_provisioned_model(out.model);
  if (known == nullptr && weight == 0) {
    reader.error_at("model",
                    "is none whose weights are known: it needs output_weight, or must be "
                    "one of " +
                        pricing::provisioned_model_names());
  }
  if (known == nullptr && tokens == 0 && out.allocate == Allocate::utilisation_of_capacity) {
    reader.error_at("model",
                    "is none whose throughput is known: utilisation_of_capacity needs "
                    "tokens_per_minute_per_ptu, or one of " +
                        pricing::provisioned_model_names());
  }
  if (weight == 0 && known != nullptr) weight = static_cast<std::size_t>(known->output_weight);
  if (tokens == 0 && known != nullptr) tokens = static_cast<std::size_t>(known->tokens_per_minute);
  out.output_weight = static_cast<std::int64_t>(weight);
  if (tokens != 0) out.tokens_per_minute = static_cast<std::int64_t>(tokens);
}

}  // namespace

void declare_capacity(MappingReader& reader, std::vector<Capacity>& out) {
  Capacity entry;
  entry.line = reader.line();
  reader.name("backend", entry.backend, "Of `backends`.");
  reader.name("deployment", entry.deployment,
              "The deployment there; its `sku` is a provisioned one.");
  reader.name("model", entry.model, "The model there, as prices name it: gpt-5.2.");
  const bool dated = read_minutes(reader, entry);
  std::size_t ptu = 0;
  reader.number("ptu", ptu, "How many PTUs it has.", 1, pricing::kMostPtu);
  read_capacity_prices(reader, entry);
  read_allocate(reader, entry);
  read_weights(reader, entry);
  if (reader.documenting()) return;
  if (!reader.has("ptu")) reader.error("needs ptu");
  entry.ptu = static_cast<std::int64_t>(ptu);
  const bool named = !entry.backend.empty() && !entry.deployment.empty();
  if (dated && named) out.push_back(std::move(entry));
}

}  // namespace tollgate::config
