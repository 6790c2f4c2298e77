// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ask_admin.hpp"
#include "complaint.hpp"
#include "offline_config.hpp"
#include "record_filter.hpp"

// The program's commands. Each returns the process's exit status and writes its results to standard
// output, its complaints to standard error.
namespace tollgate::app {

int serve(const std::string& config_path);
/// Whether a configuration can be used; with `against`, another one, also what would change on the
/// way from that to this.
int check(const std::string& config_path, const std::string& against);

/// Of which operations a report is; what is empty bounds nothing. Days and months are those of
/// `reports.time_zone`, for the audit trail of UTC.
struct PeriodOptions {
  std::string since;  ///< a duration such as 24h
  std::string from;   ///< a date, as `to`, whose own day is not in the report
  std::string to;
  std::string month = {};  ///< such as 2026-11, in place of the others
};
struct UsageOptions {
  LedgerChoice ledger;
  std::vector<std::string> by;
  PeriodOptions period;
  std::string sort = "name";
  std::string format = "table";
  std::string time_zone = {};           ///< in place of reports.time_zone; empty: that, or UTC
  std::string compare = {};             ///< previous: beside the time before; empty: with nothing
  std::optional<std::size_t> top;       ///< rows before the others become one
  std::optional<std::size_t> forecast;  ///< days to come, in place of the sums
  bool components = false;              ///< costs by class and price in place of the sums
  bool budgets = false;                 ///< how limits' windows burn down, in place of the sums
  bool refusals = false;                ///< whom limits refused, in place of the sums
};
int usage(const UsageOptions& options);
struct RecordsOptions {
  LedgerChoice ledger;
  PeriodOptions period;
  RecordFilter filter;
  std::string time_zone = {};  ///< as UsageOptions
};
int records(const RecordsOptions& options);
struct StatementOptions {
  LedgerChoice ledger;
  PeriodOptions period;  ///< with both bounds
  std::string tag;       ///< NAME=VALUE: of all clients whose records have it; or one of the others
  std::string client;
  bool unused_capacity = false;  ///< of what no operation pays of capacity
  std::string format = "text";   ///< html, csv or text
  std::string time_zone;         ///< as UsageOptions
};
/// What a payer used in a time and what it cost, to be printed.
int statement(const StatementOptions& options);
struct FocusOptions {
  LedgerChoice ledger;
  PeriodOptions period;
  std::string billing_account = "tollgate";
  std::string time_zone;
};
/// Costs in the form of FOCUS 1.2, as CSV.
int export_focus(const FocusOptions& options);
struct ExplainOptions {
  LedgerChoice ledger;
  std::string id;               ///< in any of record_id_names()
  std::string format = "text";  ///< or json
};
/// Every record with that id: who, what, attempts, where its numbers come from, and its cost
/// multiplied once more.
int explain(const ExplainOptions& options);
struct ReconcileOptions {
  LedgerChoice ledger;
  std::string cost_export;  ///< a file; or `metrics` is one
  std::string metrics;
  PeriodOptions period;          ///< empty: the days of the file
  std::string format = "table";  ///< or json
};
/// Records beside Azure's bill or metrics; 1 where a gap stays that they do not explain.
int reconcile(const ReconcileOptions& options);
struct DeliveriesOptions {
  LedgerChoice ledger;
  std::string action = "list";  ///< list, show, retry or release
  std::vector<std::string> records;
  std::string exporter;  ///< empty: every one
  bool all = false;
};
/// How far exporters have come, and what is to become of records that a destination refused.
int deliveries(const DeliveriesOptions& options);

/// Makes a new database of what can be read of a damaged one; no gateway may run on it.
int salvage_ledger(const LedgerChoice& choice);

/// Reads all of a ledger, names what is missing or damaged, and changes nothing.
int verify_ledger(const LedgerChoice& choice);

/// Writes standard input to standard output without the values that the configuration's rules find,
/// and how many each rule found to standard error. `json`: it is a JSON body.
int redact(const std::string& config_path, bool json);

/// Which targets of a configuration have a price now; 1 when one has none.
int check_prices(const std::string& config_path);
/// Every price of a model, as it was served or without its date.
int explain_prices(const std::string& config_path, const std::string& model);
/// A price list of others as a file of ours, on standard output; what was left out on standard
/// error. `since`: the day from which it holds, where the list has no dates; `region`: whose prices
/// are taken where regions differ. Either may be empty.
int import_prices(const std::string& path, const std::string& since, const std::string& region);

/// The limits of a policy of API Management as the section `quotas` of ours, on standard output;
/// what could not be taken on standard error.
int import_apim_policy(const std::string& path);

struct RerateOptions {
  LedgerChoice ledger;
  std::string prices;  ///< a file of prices
  PeriodOptions period;
  std::string format = "table";  ///< or json
  bool write = false;
  bool currency_changes = false;  ///< amounts in another currency than the list's are adjusted too
};
/// What records cost by another list, per client and model; with `write` what they cost from now
/// on. 3 where retention has deleted records of the period.
int rerate(const RerateOptions& options);
struct BreakEvenOptions {
  std::string config_path;
  PeriodOptions period;
  std::string hourly_per_ptu;  ///< what one PTU costs for an hour; may be empty
};
/// What the same traffic would have cost the other way: provisioned by the token, by the token
/// provisioned.
int break_even(const BreakEvenOptions& options);

int reference();

/// Makes an API key and prints it with the lines for the configuration; or, for an existing one on
/// standard input, those lines alone.
int new_key(const std::string& name, bool existing);

struct HealthOptions {
  AdminChoice admin;
  bool readiness = false;
};
/// Asks a running gateway's admin server: 0 when it lives (when it is ready).
int health(const HealthOptions& options);

struct QuotaOptions {
  AdminChoice admin;
  std::string format = "table";  ///< or json
};
/// What a running gateway's limits have used and have left.
int show_quotas(const QuotaOptions& options);

struct QuotaChangeOptions {
  AdminChoice admin;
  std::string action;   ///< top_up or reset
  std::string subject;  ///< a client, or what messages call it: "the gateway"
  std::string limit;    ///< "cost/month"
  std::string amount;   ///< of a top-up
  std::string reason;
  bool as_json = false;
};
/// Tops a limit's window up, or forgives what was used in it: in the running gateway.
int change_quota(const QuotaChangeOptions& options);

struct QuotaWhyOptions {
  AdminChoice admin;
  std::string ledger;  ///< a file; empty: ledger.path
  std::string client;
  PeriodOptions period;  ///< empty: the last 24 hours
  bool as_json = false;
};
/// Whose 429 a client was sent: a limit's of ours, or a deployment's.
int why_quota(const QuotaWhyOptions& options);

}  // namespace tollgate::app
