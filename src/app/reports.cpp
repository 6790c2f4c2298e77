// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <chrono>
#include <iostream>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "offline_config.hpp"
#include "report_period.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/report.hpp"

namespace tollgate::app {
namespace {

Result<std::unique_ptr<ledger::LedgerReader>> open_reader(const std::string& config_path) {
  const Result<config::Config> config = load_without_secrets(config_path);
  if (!config) return config.error();
  return ledger::LedgerReader::open(config->ledger.path);
}

int complain(const Error& error) {
  std::cerr << error.message << (error.message.ends_with('\n') ? "" : "\n");
  return 1;
}

std::string_view state_name(ledger::RecordState state) {
  switch (state) {
    case ledger::RecordState::queued:
      return "queued";
    case ledger::RecordState::delivered:
      return "delivered";
    case ledger::RecordState::quarantined:
      return "quarantined";
    case ledger::RecordState::awaiting:
      return "awaiting";
  }
  return "";
}

}  // namespace

int usage(const UsageOptions& options) {
  const auto period = parse_period(options.period, std::chrono::system_clock::now());
  const auto groups = ledger::UsageGroups::parse(options.by);
  const auto order = ledger::parse_row_order(options.sort);
  const auto format = ledger::parse_report_format(options.format);
  if (!period || !groups || !order || !format) {
    if (!period) complain(period.error());
    if (!groups) complain(groups.error());
    if (!order) complain(order.error());
    if (!format) complain(format.error());
    return 1;
  }
  const auto reader = open_reader(options.config_path);
  if (!reader) return complain(reader.error());
  auto rows = (*reader)->usage(*groups, *period);
  if (!rows) return complain(rows.error());
  ledger::sort_rows(*rows, *order);
  std::cout << ledger::format_usage(*rows, options.by, *format);
  return 0;
}

int records(const std::string& config_path, const PeriodOptions& options) {
  const auto period = parse_period(options, std::chrono::system_clock::now());
  if (!period) return complain(period.error());
  const auto reader = open_reader(config_path);
  if (!reader) return complain(reader.error());
  const auto done = (*reader)->for_each(
      *period,
      [](const ledger::StoredRecord& stored, ledger::RecordState state, const std::string& reason) {
        // The columns of the table, then what only the ledger knows.
        std::string line = usage::to_json(stored.record);
        line.pop_back();
        line.append(",\"DeliveryState\":\"").append(state_name(state)).append("\"");
        if (!reason.empty()) {
          line.append(",\"QuarantineReason\":").append(nlohmann::json(reason).dump());
        }
        std::cout << line << "}\n";
      });
  return done ? 0 : complain(done.error());
}

int reference() {
  std::cout << config::reference_markdown();
  return 0;
}

}  // namespace tollgate::app
