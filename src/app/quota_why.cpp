// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_why.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::app {
namespace {

using nlohmann::json;
using WhyJson = nlohmann::ordered_json;

constexpr int kThrottled = 429;

std::string to_the_minute(UtcTime time) { return to_rfc3339(time).substr(0, 16) + "Z"; }
std::string to_the_second(UtcTime time) { return to_rfc3339(time).substr(0, 19) + "Z"; }

bool is_same(const usage::RefusalRow& a, const usage::RefusalRow& b) {
  return a.scope == b.scope && a.subject == b.subject && a.limit == b.limit && a.reason == b.reason;
}

/// What an operator can do about it.
std::string advice(const usage::RefusalRow& row) {
  if (row.reason == "rate")
    return "the answer said when to try again (Retry-After); more at once: burst, more in all: the "
           "amount";
  if (row.reason == "in_flight") return "fewer requests at a time, or a larger in_flight";
  if (row.reason == "exhausted")
    return "wait for the next window, or `tollgate quota top-up`, or a larger amount";
  if (row.reason == "unpriced")
    return "a price for the model (`tollgate prices check`), or `assume` in the limit";
  if (row.reason == "too_large")
    return "a smaller request, or a larger amount (of a minute: burst); trying again is of no use";
  return "see docs/quotas.md";
}

/// The limit as /admin/quotas has it; null: it is none of the running configuration's.
json state_of(const usage::RefusalRow& row, const json& limits) {
  if (!limits.is_object() || !limits.contains("limits")) return nullptr;
  for (const json& one : limits["limits"]) {
    if (one.value("limit", "") == row.subject + ": " + row.limit) return one;
  }
  return nullptr;
}

WhyJson now_json(const json& state) {
  if (!state.is_object()) return nullptr;
  WhyJson out;
  for (const char* const key : {"name", "amount", "used", "reserved", "left", "window_end"}) {
    if (state.contains(key)) out[key] = state[key];
  }
  return out;
}

WhyJson ours_json(const OurRefusals& one, const json& limits) {
  return {{"whose", "ours"},
          {"limit", one.row.subject + (one.row.limit.empty() ? "" : ": " + one.row.limit)},
          {"reason", one.row.reason},
          {"requests", one.row.requests},
          {"models", one.models},
          {"first_minute", to_the_minute(one.first)},
          {"last_minute", to_the_minute(one.row.minute)},
          {"now", now_json(state_of(one.row, limits))},
          {"to_do", advice(one.row)}};
}

/// The target as /admin/routes has it, of whichever model.
json target_of(const TheirThrottles& one, const json& routes) {
  if (!routes.is_object() || !routes.contains("models")) return nullptr;
  for (const json& model : routes["models"]) {
    for (const json& target : model.value("targets", json::array())) {
      if (target.value("backend", "") == one.backend &&
          target.value("deployment", "") == one.deployment)
        return target;
    }
  }
  return nullptr;
}

WhyJson theirs_json(const TheirThrottles& one, const json& routes) {
  WhyJson out{{"whose", "azure"},
              {"backend", one.backend},
              {"deployment", one.deployment},
              {"operations", one.operations},
              {"told_to_the_client", one.told},
              {"last", to_the_second(one.last)},
              {"record", one.record},
              {"retry_after_ms", nullptr},
              {"now", nullptr}};
  if (one.retry_after_ms) out["retry_after_ms"] = *one.retry_after_ms;
  const json target = target_of(one, routes);
  if (target.is_object()) {
    out["now"] = {{"state", target.value("state", "")},
                  {"available_in_ms", target.value("available_in_ms", 0)}};
  }
  out["to_do"] = one.told > 0
                     ? "more quota for the deployment at Azure, or a further target of the model"
                     : "nothing: another target served them; more quota at Azure spares the detour";
  return out;
}

std::string count_text(const json& number, const char* what) {
  const auto count = number.get<std::int64_t>();
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string plain(const json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void tell_ours(const WhyJson& one, std::string& out) {
  out.append("OURS   ").append(plain(one["limit"])).append("\n");
  out.append("       ").append(count_text(one["requests"], "request")).append(" refused (");
  out.append(plain(one["reason"])).append("), ").append(plain(one["first_minute"]));
  if (one["first_minute"] != one["last_minute"])
    out.append(" to ").append(plain(one["last_minute"]));
  for (const json model : one["models"]) {
    if (!plain(model).empty()) out.append(", ").append(plain(model));
  }
  out.append("\n");
  if (one["now"].is_object()) {
    const WhyJson& now = one["now"];
    out.append("       now: ").append(plain(now["used"])).append(" used, ");
    out.append(plain(now["reserved"])).append(" reserved, ").append(plain(now["left"]));
    out.append(" left of ").append(plain(now["amount"]));
    if (!now["window_end"].is_null())
      out.append(", until ").append(plain(now["window_end"]).substr(0, 19)).append("Z");
    out.append("\n");
  }
  out.append("       to do: ").append(plain(one["to_do"])).append("\n");
}

void tell_theirs(const WhyJson& one, std::string& out) {
  out.append("AZURE  ").append(plain(one["backend"])).append("/").append(plain(one["deployment"]));
  out.append("\n       ").append(count_text(one["operations"], "operation")).append(" throttled, ");
  out.append(plain(one["told_to_the_client"])).append(" told to the client; last ");
  out.append(plain(one["last"])).append(", record ").append(plain(one["record"]));
  if (!one["retry_after_ms"].is_null())
    out.append(", to wait ").append(plain(one["retry_after_ms"])).append(" ms");
  out.append("\n");
  if (one["now"].is_object()) {
    out.append("       now: ").append(plain(one["now"]["state"]));
    if (one["now"]["available_in_ms"] != 0)
      out.append(" for ").append(plain(one["now"]["available_in_ms"])).append(" ms");
    out.append("\n");
  }
  out.append("       to do: ").append(plain(one["to_do"])).append("\n");
}

}  // namespace

void Why::add(const usage::RefusalRow& row) {
  const bool of_deployment = row.client.empty() && row.scope == "deployment";
  if (row.client != client_ && !of_deployment) return;
  auto found = std::find_if(ours_.begin(), ours_.end(),
                            [&](const OurRefusals& one) { return is_same(one.row, row); });
  if (found == ours_.end()) {
    ours_.push_back({row, row.minute, {row.model}});
    return;
  }
  found->first = std::min(found->first, row.minute);
  const std::int64_t requests = found->row.requests + row.requests;
  if (row.minute >= found->row.minute) found->row = row;
  found->row.requests = requests;
  if (std::find(found->models.begin(), found->models.end(), row.model) == found->models.end())
    found->models.push_back(row.model);
}

void Why::add(const usage::UsageRecord& record) {
  if (record.client_name != client_) return;
  for (const usage::Attempt& attempt : record.attempts) {
    if (attempt.status != kThrottled) continue;
    auto found = std::find_if(theirs_.begin(), theirs_.end(), [&](const TheirThrottles& one) {
      return one.backend == attempt.backend && one.deployment == attempt.deployment;
    });
    if (found == theirs_.end()) {
      theirs_.push_back({attempt.backend, attempt.deployment, 0, 0, {}, {}, {}});
      found = theirs_.end() - 1;
    }
    const std::string id = record.record_id.to_string();
    if (found->record != id) {
      ++found->operations;
      found->told += record.status_code == kThrottled ? 1 : 0;
    }
    found->last = record.event_time;
    found->record = id;
    found->retry_after_ms = attempt.retry_after_ms;
  }
}

WhyJson Why::json(const nlohmann::json& limits, const nlohmann::json& routes) const {
  WhyJson causes = WhyJson::array();
  auto ours = ours_;
  std::stable_sort(ours.begin(), ours.end(), [](const OurRefusals& a, const OurRefusals& b) {
    return a.row.minute > b.row.minute;
  });
  for (const OurRefusals& one : ours) causes.push_back(ours_json(one, limits));
  for (const TheirThrottles& one : theirs_) causes.push_back(theirs_json(one, routes));
  WhyJson out{{"client", client_}, {"causes", std::move(causes)}};
  out["notes"] = {
      "A 429 whose message says that every deployment is throttled follows from Azure's; it leaves "
      "no row. Nor does one for too many connections or bodies at a time: see request.refused in "
      "the log."};
  if (!limits.is_object())
    out["notes"].push_back("No gateway answered: what limits have left now is not known.");
  return out;
}

std::string why_text(const WhyJson& why) {
  std::string out;
  for (const WhyJson& one : why["causes"]) {
    if (one["whose"] == "ours") tell_ours(one, out);
    if (one["whose"] == "azure") tell_theirs(one, out);
  }
  if (out.empty()) out = "Neither a limit nor a backend refused " + plain(why["client"]) + ".\n";
  for (const WhyJson& note : why["notes"]) out.append("note: ").append(plain(note)).append("\n");
  return out;
}

}  // namespace tollgate::app
