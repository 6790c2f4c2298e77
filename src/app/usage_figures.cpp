// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_figures.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "record_ids.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::app {
namespace {

constexpr std::array<std::string_view, 8> kWords{"FinishReason", "ErrorCode", "UsageBasis",
                                                 "UsageReason",  "CostBasis", "CostReason",
                                                 "CostCurrency", "PriceId"};

bool is_shown(const std::string& column, const nlohmann::ordered_json& value) {
  if (value.is_number()) return true;
  const bool word = std::find(kWords.begin(), kWords.end(), column) != kWords.end();
  return word && value.is_string() && !value.get_ref<const std::string&>().empty();
}

}  // namespace

std::string figures_of(const usage::UsageRecord& record) {
  const auto all = nlohmann::ordered_json::parse(to_json(record));
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (const auto& [column, value] : all.items()) {
    if (is_shown(column, value)) out[column] = value;
  }
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::string> read_figures(const std::string& ledger_path, const std::string& record_id) {
  const auto reader = ledger::LedgerReader::open(ledger_path);
  if (!reader) return reader.error();
  std::optional<std::string> out;
  const Result<void> read = (*reader)->for_each(
      time_in(record_id),
      [&](const ledger::StoredRecord& stored, ledger::RecordState, const std::string&) {
        if (stored.record.record_id.to_string() == record_id) out = figures_of(stored.record);
      });
  if (!read) return read.error();
  if (!out) return Error{Errc::not_found, "the ledger has no record of it"};
  return *out;
}

}  // namespace tollgate::app
