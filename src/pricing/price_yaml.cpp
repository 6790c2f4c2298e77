// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "tollgate/pricing/import.hpp"

namespace tollgate::pricing {
namespace {

/// In quotes, so that no text is taken for anything else.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

/// "{input: 4, output: 20}" of the classes that are measured so; empty: none has a price. `beside`:
/// another measure whose prices stand with them.
std::string prices_of(const Rates& rates, Measure measure, Measure beside) {
  std::string out;
  for (const PriceClassRow& row : kPriceClasses) {
    const auto& rate = rates[index_of(row.price_class)];
    if ((row.measure != measure && row.measure != beside) || !rate) continue;
    out.append(out.empty() ? "{" : ", ").append(row.name).append(": ").append(rate->text);
  }
  return out.empty() ? out : out + "}";
}

void append_line(std::string& out, std::string_view key, std::string_view value) {
  if (!value.empty()) out.append("    ").append(key).append(": ").append(value).append("\n");
}

std::string_view duration_key(std::int64_t per) {
  if (per == kPerSecond) return "per_second";
  return per == kPerMinute ? "per_minute" : "per_hour";
}

void append_bands(std::string& out, const PriceEntry& entry) {
  if (!entry.bands.empty()) out.append("    bands:\n");
  for (const Band& band : entry.bands) {
    out.append("      - {above_prompt_tokens: ").append(std::to_string(band.above_prompt_tokens));
    out.append(", per_million: ")
        .append(prices_of(band.rates, Measure::million, Measure::million))
        .append("}\n");
  }
}

void append_entry(std::string& out, const PriceEntry& entry) {
  out.append("  - model: ").append(in_quotes(entry.model)).append("\n");
  append_line(out, "scope", to_string(entry.scope));
  append_line(out, "tier", to_string(entry.tier));
  append_line(out, "from", to_date(entry.from));
  append_line(out, "until", entry.until ? to_date(*entry.until) : std::string());
  append_line(out, "per_million", prices_of(entry.rates, Measure::million, Measure::characters));
  append_line(out, "per_call", prices_of(entry.rates, Measure::calls, Measure::calls));
  const auto& duration = entry.rates[index_of(PriceClass::duration)];
  if (duration) append_line(out, duration_key(duration->per), duration->text);
  append_bands(out, entry);
}

}  // namespace

std::string to_yaml(const ImportedPrices& prices) {
  std::string out = "currency: " + prices.currency + "\nentries:\n";
  for (const PriceEntry& entry : prices.entries) append_entry(out, entry);
  return out;
}

}  // namespace tollgate::pricing
