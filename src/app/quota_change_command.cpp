// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "commands.hpp"
#include "quota_why.hpp"
#include "report_period.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

// The commands that change what a limit has left, and the one that says who refused.
namespace tollgate::app {
namespace {

using nlohmann::json;

std::string text_in(const json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// What a gateway said of a change; the exit status.
int tell_change(const http::ClientResponse& answer, bool as_json) {
  const json page = json::parse(answer.body, nullptr, false);
  if (answer.status != 200) {
    const bool told = page.is_object() && page.contains("error");
    if (told) return complain(text_in(page["error"]));
    return complain("the admin server changes no limits: it is of an earlier version");
  }
  if (as_json) {
    std::cout << answer.body;
    return 0;
  }
  if (!page.is_object() || !page.contains("limit"))
    return complain("the admin server's answer makes no sense");
  const json& limit = page["limit"];
  std::cout << text_in(limit["limit"]) << ": " << text_in(limit["used"]) << " used, "
            << text_in(limit["reserved"]) << " reserved, " << text_in(limit["left"]) << " left of "
            << text_in(limit["amount"]) << "\n";
  return 0;
}

/// A page of the running gateway; null: none answers, which is no fault here.
json page_of(const AdminChoice& admin, const char* path) {
  const auto answer = ask_admin(admin, path);
  if (!answer || answer->status != 200) return nullptr;
  json page = json::parse(answer->body, nullptr, false);
  return page.is_discarded() ? json() : page;
}

Result<void> known_client(const QuotaWhyOptions& options) {
  const LedgerChoice choice{options.admin.config_path, options.ledger};
  std::set<std::string> names;
  for (const auto& [name, tags] : clients_in(choice)) names.insert(name);
  if (names.empty() || names.contains(options.client)) return {};
  return Error{Errc::invalid_input, "the configuration has no client " + options.client +
                                        did_you_mean(options.client, names)};
}

}  // namespace

int change_quota(const QuotaChangeOptions& options) {
  const json order{{"action", options.action},
                   {"subject", options.subject},
                   {"limit", options.limit},
                   {"amount", options.amount},
                   {"reason", options.reason}};
  const auto answer = change_by_admin(options.admin, "/admin/quotas",
                                      order.dump(-1, ' ', false, json::error_handler_t::replace));
  if (!answer) return complain(answer.error());
  return tell_change(*answer, options.as_json);
}

int why_quota(const QuotaWhyOptions& options) {
  const Result<void> known = known_client(options);
  if (!known) return complain(known.error());
  const UtcTime now = std::chrono::system_clock::now();
  const auto period = parse_period(options.period, now);
  if (!period) return complain(period.error());
  const Result<std::string> path = find_ledger({options.admin.config_path, options.ledger});
  if (!path) return complain(path.error());
  Why why(options.client);
  const UtcTime from = period->from.value_or(now - std::chrono::hours(24));
  const UtcTime until = period->until.value_or(UtcTime::max());
  const auto notes = ledger::read_quota_notes(*path, from, until);
  if (!notes) return complain_of_ledger(notes.error());
  for (const usage::RefusalRow& row : notes->refusals) why.add(row);
  const auto reader = ledger::LedgerReader::open(*path);
  if (!reader) return complain_of_ledger(reader.error());
  const auto read = (*reader)->for_each({from, period->until},
                                        [&](const ledger::StoredRecord& stored, ledger::RecordState,
                                            const std::string&) { why.add(stored.record); });
  if (!read) return complain_of_ledger(read.error());
  const auto told =
      why.json(page_of(options.admin, "/admin/quotas"), page_of(options.admin, "/admin/routes"));
  std::cout << (options.as_json ? told.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"
                                : why_text(told));
  return tell_faults((*reader)->faults());
}

}  // namespace tollgate::app
