// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_record.hpp"

#include <algorithm>
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

constexpr std::array<std::pair<AuditLevel, std::string_view>, 4> kAuditLevels{{
    {AuditLevel::off, "off"},
    {AuditLevel::metadata, "metadata"},
    {AuditLevel::redacted, "redacted"},
    {AuditLevel::full, "full"},
}};

constexpr std::array<std::pair<CostBasis, std::string_view>, 4> kCostBases{{
    {CostBasis::unpriced, "unpriced"},
    {CostBasis::partial, "partial"},
    {CostBasis::priced, "priced"},
    {CostBasis::allocated_later, "allocated_later"},
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

template <class Value, class Table>
std::optional<Value> value_in(const Table& table, std::int64_t number) {
  for (const auto& [entry, name] : table) {
    if (static_cast<std::int64_t>(entry) == number) return entry;
  }
  return std::nullopt;
}

std::optional<std::int64_t> if_any(std::int64_t calls) {
  return calls == 0 ? std::nullopt : std::optional(calls);
}

}  // namespace

void note_beside_tokens(UsageRecord& record, const UsageOutcome& outcome) {
  record.audio_duration_ms = outcome.audio_duration_ms;
  record.web_search_calls = if_any(outcome.tool_calls.web_search);
  record.file_search_calls = if_any(outcome.tool_calls.file_search);
  record.code_interpreter_calls = if_any(outcome.tool_calls.code_interpreter);
  record.computer_use_calls = if_any(outcome.tool_calls.computer_use);
  record.longest_prompt_tokens = outcome.longest_prompt;
  record.images = outcome.images;
  // What the request asked for stands where the answer does not say.
  if (!outcome.image_size.empty()) record.image_size = outcome.image_size;
  if (!outcome.image_quality.empty()) record.image_quality = outcome.image_quality;
}

std::string_view to_string(Outcome outcome) { return name_in(kOutcomes, outcome); }
std::string_view to_string(UsageBasis basis) { return name_in(kBases, basis); }
std::string_view to_string(AuditLevel level) { return name_in(kAuditLevels, level); }
std::string_view to_string(CostBasis basis) { return name_in(kCostBases, basis); }

std::optional<Outcome> outcome_from_string(std::string_view text) {
  return value_in<Outcome>(kOutcomes, text);
}

std::optional<Outcome> outcome_from_number(std::int64_t number) {
  return value_in<Outcome>(kOutcomes, number);
}

std::optional<UsageBasis> basis_from_string(std::string_view text) {
  return value_in<UsageBasis>(kBases, text);
}

std::optional<UsageBasis> basis_from_number(std::int64_t number) {
  return value_in<UsageBasis>(kBases, number);
}

std::optional<AuditLevel> audit_level_from_string(std::string_view text) {
  return value_in<AuditLevel>(kAuditLevels, text);
}

std::optional<AuditLevel> audit_level_from_number(std::int64_t number) {
  return value_in<AuditLevel>(kAuditLevels, number);
}

std::optional<CostBasis> cost_basis_from_string(std::string_view text) {
  return value_in<CostBasis>(kCostBases, text);
}

std::optional<CostBasis> cost_basis_from_number(std::int64_t number) {
  return value_in<CostBasis>(kCostBases, number);
}

std::vector<std::string> ids_in(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace tollgate::usage
