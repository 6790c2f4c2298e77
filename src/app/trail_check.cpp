// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "trail_check.hpp"

#include <utility>
#include <vector>

#include <simdjson.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "tollgate/capture/caller.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

using nlohmann::json;

constexpr const char* kLost = "lost";
constexpr milliseconds kLookEvery{50};

/// What is asked of most records: nothing more, for its rows are there.
struct Audited {
  std::string record_id;
  bool to_be = false;  ///< audited
};

Audited audited(simdjson::dom::parser& parser, const std::string& record) {
  const simdjson::dom::object columns = parser.parse(record);
  const std::string_view off = usage::to_string(usage::AuditLevel::off);
  const auto level = columns["AuditLevel"];
  return {.record_id = std::string(std::string_view(columns["RecordId"])),
          .to_be = level.error() != simdjson::NO_SUCH_FIELD && std::string_view(level) != off};
}

std::string caller_of(const json& record, const config::Audit& settings) {
  usage::UsageRecord caller;
  caller.auth_method = record.value("AuthMethod", "");
  caller.caller_proof = record.value("CallerProof", "");
  caller.caller_object_id = record.value("CallerObjectId", "");
  caller.caller_app_id = record.value("CallerAppId", "");
  caller.caller_custom_id = record.value("CallerCustomId", "");
  return capture::caller_in_trail(caller, settings);
}

trail::AuditRow row_of(const json& record, const char* kind, const config::Audit& settings) {
  trail::AuditRow out;
  out.event_time = from_rfc3339(record.at("EventTime").get<std::string>()).value_or(UtcTime());
  out.record_id = record.at("RecordId").get<std::string>();
  out.kind = kind;
  out.form = "raw";
  out.level = record.value("AuditLevel", "");
  out.source = kLost;
  out.content_missing = trail::missing::kLost;
  out.outcome = record.value("Outcome", "");
  if (record.contains("StatusCode") && record["StatusCode"].is_number_integer() &&
      record["StatusCode"] != 0)
    out.status_code = record["StatusCode"].get<std::int64_t>();
  out.client_name = record.value("ClientName", "");
  out.caller_id = caller_of(record, settings);
  out.conversation_id = record.value("ConversationId", "");
  out.operation_id = record.value("OperationId", "");
  out.model = record.value("Model", "");
  out.deployment_name = record.value("BackendDeployment", "");
  return out;
}

class TrailCheck : public exporters::Exporter {
 public:
  TrailCheck(capture::Recorder& recorder, const config::Audit& settings)
      : recorder_(recorder), settings_(settings) {}

  exporters::BatchLimits limits() const override { return {.bytes = 8 * 1024 * 1024}; }
  std::string encode(const exporters::Row& row) const override { return row.json; }
  bool blocks() const override { return true; }

  asio::awaitable<exporters::SendResult> send(std::span<const std::string> rows,
                                              exporters::SendTerms) override {
    // A record is older than its exchange's way to the recorder takes: what is neither there nor
    // under way now does not come.
    std::vector<Audited> records;
    records.reserve(rows.size());
    simdjson::dom::parser parser;
    for (const std::string& row : rows) records.push_back(audited(parser, row));
    co_await until_none_is_underway(records);
    recorder_.store_gathered();
    std::vector<trail::AuditRow> missing;
    std::size_t lost = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!records[i].to_be) continue;
      const std::size_t before = missing.size();
      for (const char* const kind : {trail::kind::kRequest, trail::kind::kResponse}) {
        const Result<bool> has = recorder_.store().has(records[i].record_id, kind);
        if (!has) co_return exporters::RetryAfter{has.error().message};
        if (!*has) missing.push_back(row_of(json::parse(rows[i]), kind, settings_));
      }
      lost += missing.size() > before ? 1 : 0;
    }
    if (missing.empty()) co_return exporters::Accepted{};
    const Result<void> stored = recorder_.append(missing);
    if (!stored) co_return exporters::RetryAfter{stored.error().message};
    recorder_.count_lost(lost);
    telemetry::log::warn("audit.lost", {{"exchanges", lost}});
    co_return exporters::Accepted{};
  }

 private:
  bool is_underway(const Audited& record) const {
    const auto id = Uuid::parse(record.record_id);
    return id && recorder_.is_underway(*id);
  }
  asio::awaitable<void> until_none_is_underway(std::span<const Audited> records) const {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (const Audited& record : records) {
      while (is_underway(record)) {
        timer.expires_after(kLookEvery);
        co_await timer.async_wait(asio::use_awaitable);
      }
    }
  }

  capture::Recorder& recorder_;
  const config::Audit settings_;
};

}  // namespace

std::unique_ptr<exporters::Exporter> make_trail_check(capture::Recorder& recorder,
                                                      const config::Audit& settings) {
  return std::make_unique<TrailCheck>(recorder, settings);
}

}  // namespace tollgate::app
