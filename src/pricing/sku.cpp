// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/sku.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::pricing {
namespace {

constexpr std::array<std::pair<Scope, std::string_view>, 4> kScopes{
    {{Scope::global, "global"},
     {Scope::data_zone, "data_zone"},
     {Scope::regional, "regional"},
     {Scope::developer, "developer"}}};

constexpr std::array<std::pair<Tier, std::string_view>, 4> kTiers{{{Tier::standard, "default"},
                                                                   {Tier::priority, "priority"},
                                                                   {Tier::flex, "flex"},
                                                                   {Tier::batch, "batch"}}};

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
  for (const auto& [entry, word] : table) {
    if (entry == value) return word;
  }
  return {};
}

template <class Value, class Table>
std::optional<Value> meaning_of(const Table& table, std::string_view text) {
  for (const auto& [entry, word] : table) {
    if (word == text) return entry;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Scope scope) { return word_of(kScopes, scope); }
std::string_view to_string(Tier tier) { return word_of(kTiers, tier); }

std::optional<Scope> scope_from_string(std::string_view text) {
  return meaning_of<Scope>(kScopes, text);
}

std::optional<Tier> tier_from_string(std::string_view text) {
  return meaning_of<Tier>(kTiers, text);
}

const Sku* find_sku(std::string_view name) {
  const auto* const found =
      std::find_if(kSkus.begin(), kSkus.end(), [&](const Sku& sku) { return sku.name == name; });
  return found == kSkus.end() ? nullptr : found;
}

std::string sku_names() {
  std::string out;
  for (const Sku& sku : kSkus) out.append(out.empty() ? "" : ", ").append(sku.name);
  return out;
}

}  // namespace tollgate::pricing
