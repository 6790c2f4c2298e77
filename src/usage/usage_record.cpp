// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_record.hpp"

#include <array>
#include <utility>

namespace tollgate::usage {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 6> kOutcomes{{
    {Outcome::completed, "completed"},
    {Outcome::client_aborted, "client_aborted"},
    {Outcome::backend_error, "backend_error"},
    {Outcome::timeout, "timeout"},
    {Outcome::refused, "refused"},
    {Outcome::interrupted, "interrupted"},
}};

constexpr std::array<std::pair<UsageBasis, std::string_view>, 4> kBases{{
    {UsageBasis::none, "none"},
    {UsageBasis::estimated, "estimated"},
    {UsageBasis::partial, "partial"},
    {UsageBasis::reported, "reported"},
}};

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [entry, name] : table) {
    if (entry == value) return name;
  }
  return {};
}

template <class Value, class Table>
std::optional<Value> value_in(const Table& table, std::string_view text) {
  for (const auto& [entry, name] : table) {
    if (name == text) return entry;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Outcome outcome) { return name_in(kOutcomes, outcome); }
std::string_view to_string(UsageBasis basis) { return name_in(kBases, basis); }

std::optional<Outcome> outcome_from_string(std::string_view text) {
  return value_in<Outcome>(kOutcomes, text);
}

std::optional<UsageBasis> basis_from_string(std::string_view text) {
  return value_in<UsageBasis>(kBases, text);
}

}  // namespace tollgate::usage
