// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <iostream>
#include <set>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "quota_reports.hpp"
#include "replaced_names.hpp"
#include "report_lacks.hpp"
#include "report_period.hpp"
#include "sealed_id.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/usage/conversation_id.hpp"
#include "usage_answer.hpp"

namespace tollgate::app {
namespace {

Result<std::unique_ptr<ledger::LedgerReader>> open_reader(const LedgerChoice& choice) {
  const Result<std::string> path = find_ledger(choice);
  if (!path) return path.error();
  return ledger::LedgerReader::open(*path);
}

/// A tag that no client has and no row shows was mistyped: it would put everything into one row.
Result<void> check_tags(const reports::UsageGroups& groups,
                        const std::vector<reports::UsageRow>& rows, const LedgerChoice& choice) {
  for (const auto& [tag, place] : groups.tags()) {
    const bool shown = std::any_of(rows.begin(), rows.end(), [place = place](const auto& row) {
      return row.kind == reports::RowKind::operations && !row.keys[place].empty();
    });
    const std::set<std::string> known = shown ? std::set{tag} : tags_of_clients(choice);
    if (known.contains(tag)) continue;
    return Error{Errc::invalid_input, "no client and no record of this time has the tag " + tag +
                                          did_you_mean(tag, known)};
  }
  return {};
}

/// As `--by "client, model"` gives them: without the blanks.
std::vector<std::string> without_blanks(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.emplace_back(trim(name));
  return out;
}

/// What the names that are none may have meant: a column in other letters, or a tag of the clients
/// without its `tag:`.
std::string meant(const std::vector<std::string>& names, const LedgerChoice& choice) {
  std::set<std::string> tags;
  for (const std::string& tag : tags_of_clients(choice)) tags.insert("tag:" + tag);
  std::string out;
  for (const std::string& name : names) {
    const std::vector<std::string> lower{to_lower(name)};
    const std::string near = nearest_name("tag:" + name, tags);
    if (reports::UsageGroups::parse(std::vector{name})) continue;
    if (reports::UsageGroups::parse(lower)) {
      out.append("; did you mean ").append(lower[0]).append("?");
    } else if (!near.empty()) {
      out.append("; did you mean ").append(near).append("?");
    }
  }
  return out;
}

/// The columns of the table, then what only the ledger knows.
std::string line_of(const usage::UsageRecord& record, ledger::RecordState state,
                    const std::string& reason,
                    const std::optional<ledger::StoredAdjustment>& adjustment) {
  std::string line = usage::to_json(record);
  line.pop_back();
  line.append(",\"DeliveryState\":\"").append(to_string(state)).append("\"");
  if (!reason.empty()) {
    line.append(",\"QuarantineReason\":").append(nlohmann::json(reason).dump());
  }
  if (adjustment) line.append(",\"Adjustment\":").append(usage::to_json(adjustment->adjustment));
  return line.append("}\n");
}

/// With the backend's own ids in place of sealed ones.
Result<RecordsOptions> with_opened_ids(RecordsOptions options) {
  for (std::string* const id : {&options.filter.response, &options.filter.conversation}) {
    Result<std::string> opened = original_id(options.ledger.config_path, *id);
    if (!opened) return opened.error();
    *id = std::move(*opened);
  }
  return options;
}

/// The filter with what redaction may have left of its names; says what is not looked for.
RecordFilter with_replaced_names(const RecordsOptions& options) {
  RecordFilter out = options.filter;
  out.conversation = usage::kept_conversation(out.conversation);
  ReplacedName conversation = replaced_name(options.ledger.config_path, out.conversation);
  ReplacedName caller = replaced_name(options.ledger.config_path, out.caller);
  for (const auto& [option, doubt] :
       {std::pair("--conversation", &conversation.doubt), std::pair("--caller", &caller.doubt)}) {
    if (!doubt->empty()) std::cerr << "note: " << option << ": " << printable(*doubt) << "\n";
  }
  out.replaced_conversations = std::move(conversation.forms);
  out.replaced_callers = std::move(caller.forms);
  return out;
}

}  // namespace

int usage(const UsageOptions& options) {
  if (options.budgets) return report_budgets(options);
  if (options.refusals) return report_refusals(options);
  const auto zone = find_time_zone(options.ledger, options.time_zone);
  if (!zone) return complain(zone.error());
  const std::vector<std::string> by = without_blanks(options.by);
  const auto order = parse_usage_order(options, *zone, std::chrono::system_clock::now());
  if (!order) {
    return complain(order.error().message +
                    (reports::UsageGroups::parse(by) ? "" : meant(by, options.ledger)));
  }
  const auto reader = open_reader(options.ledger);
  if (!reader) return complain_of_ledger(reader.error());
  const auto answer = answer_usage(**reader, *order);
  if (!answer) return complain_of_ledger(answer.error());
  const auto tell = [&] {
    ledger::Period all = order->period;
    if (order->previous) all.from = order->previous->from;
    return tell_lacks(**reader, {all, answer->source, !answer->rows.empty(), answer->faults});
  };
  const Result<void> tags = check_tags(order->groups, answer->rows, options.ledger);
  if (!tags) {
    // What was lost may have had the tag.
    const int status = complain(tags.error());
    (void)tell();
    return status;
  }
  std::cout << answer->text << std::flush;
  for (const std::string& note : answer->notes) warn(note);
  return tell();
}

int records(const RecordsOptions& options) {
  const auto zone = find_time_zone(options.ledger, options.time_zone);
  if (!zone) return complain(zone.error());
  const auto period = parse_period(options.period, std::chrono::system_clock::now(), *zone);
  if (!period) return complain(period.error());
  const auto reader = open_reader(options.ledger);
  if (!reader) return complain_of_ledger(reader.error());
  const Result<RecordsOptions> opened = with_opened_ids(options);
  if (!opened) return complain(opened.error());
  const RecordFilter filter = with_replaced_names(*opened);
  NamesMet names;
  Result<void> unread;  // of adjustments
  bool any = false;
  bool found = false;
  const auto done = (*reader)->for_each(
      *period,
      [&](const ledger::StoredRecord& stored, ledger::RecordState state, const std::string& why) {
        names.add(stored.record);
        any = true;
        if (!filter.holds(stored.record)) return;
        found = true;
        const auto adjustment = (*reader)->adjustment_of(stored.record.record_id);
        if (!adjustment) unread = adjustment.error();
        if (adjustment) std::cout << line_of(stored.record, state, why, *adjustment);
      });
  if (!done) return complain_of_ledger(done.error());
  if (!unread) return complain_of_ledger(unread.error());
  const int status = tell_lacks(**reader, {*period, ledger::SumSource::records, any});
  if (status != 0 || found || !options.filter.any()) return status;
  return complain(names.nothing_fits(options.filter));
}

int reference() {
  std::cout << config::reference_markdown();
  return 0;
}

}  // namespace tollgate::app
