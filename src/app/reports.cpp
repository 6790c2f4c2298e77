// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <iostream>
#include <optional>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "offline_config.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/config/values.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/report.hpp"

namespace tollgate::app {
namespace {

Result<std::unique_ptr<ledger::LedgerReader>> open_reader(const std::string& config_path) {
  const Result<config::Config> config = load_without_secrets(config_path);
  if (!config) return config.error();
  return ledger::LedgerReader::open(config->ledger.path);
}

Result<std::optional<UtcTime>> since_time(const std::string& text) {
  if (text.empty()) return std::optional<UtcTime>();
  const auto duration = config::parse_duration(text);
  if (!duration) return Error{Errc::invalid_input, "--since takes a duration such as 24h or 30d"};
  return std::optional<UtcTime>(std::chrono::system_clock::now() - *duration);
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
  const auto since = since_time(options.since);
  if (!since) return complain(since.error());
  const auto reader = open_reader(options.config_path);
  if (!reader) return complain(reader.error());
  const auto rows = (*reader)->usage(options.by, *since);
  if (!rows) return complain(rows.error());
  const auto text = ledger::format_usage(*rows, options.by, options.format);
  if (!text) return complain(text.error());
  std::cout << *text;
  return 0;
}

int records(const std::string& config_path, const std::string& since_text) {
  const auto since = since_time(since_text);
  if (!since) return complain(since.error());
  const auto reader = open_reader(config_path);
  if (!reader) return complain(reader.error());
  const auto done = (*reader)->for_each(
      *since,
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
