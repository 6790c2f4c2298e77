// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <exception>
#include <functional>
#include <iostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "audit_commands.hpp"
#include "commands.hpp"
#include "core_dumps.hpp"
#include "printable_stream.hpp"
#include "record_ids.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/reports/usage_groups.hpp"

// size-waiver: every command and option of the program, in one list
namespace tollgate {
namespace {

/// The exit status for a command line that cannot be understood (docs/operations.md).
constexpr int kUsageFault = 2;

/// Of these the exit status is the answer, whoever reads what they print.
bool answers_by_status(const std::string& command) {
  return command == "serve" || command == "health";
}

/// The commands and what each runs once the line is understood.
class CommandLine {
 public:
  explicit CommandLine(const app::StandardOutput& output)
      : output_(output),
        program_("Tollgate: meters Azure OpenAI per client and model, exactly.", "tollgate") {
    program_.set_version_flag("--version", std::string("tollgate ") + TOLLGATE_VERSION);
    program_.require_subcommand(1);
    add_gateway();
    add_reports();
    add_chargeback();
    add_explain();
    add_reconcile();
    add_deliveries();
    add_ledger();
    add_audit();
    add_prices();
    add_import();
    add_rest();
    refuse_empty_values(program_);
  }

  int run(int argc, char** argv) {
    if (const int fault = refuse_unknown(argc, argv)) return fault;
    try {
      program_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      // --help and --version end here, too.
      return program_.exit(error) == 0 ? app::with_output_written(output_, 0) : kUsageFault;
    }
    for (const auto& [command, run] : runs_) {
      if (!command->parsed()) continue;
      const int status = run();
      return answers_by_status(command->get_name()) ? status
                                                    : app::with_output_written(output_, status);
    }
    return kUsageFault;
  }

 private:
  using Run = std::function<int()>;

  CLI::App* add(CLI::App& under, const char* name, const char* doc, Run run) {
    CLI::App* const command = under.add_subcommand(name, doc);
    runs_.emplace_back(command, std::move(run));
    return command;
  }

  CLI::App* with_config(CLI::App* command) {
    command->add_option("-c,--config", choice_.config_path, "configuration file")->required();
    return command;
  }

  CLI::App* with_ledger(CLI::App* command) {
    command->add_option("-c,--config", choice_.config_path, "configuration file");
    command->add_option("--ledger", choice_.ledger,
                        "the ledger's file (ledger.path), without a configuration");
    return command;
  }

  static void with_period(CLI::App* command, app::PeriodOptions& period) {
    command->add_option("--since", period.since, "only the last 24h, 30d, ...");
    command->add_option("--month", period.month, "only this month: 2026-11");
    command->add_option("--from", period.from, "from this date on: 2026-11-01");
    command->add_option("--to", period.to,
                        "up to this date, the date itself not included: 2026-12-01");
  }

  static void with_time_zone(CLI::App* command, std::string& zone) {
    command->add_option("--time-zone", zone, "in place of reports.time_zone: Europe/Berlin");
  }

  void add_gateway() {
    with_config(add(program_, "serve", "run the gateway",
                    [this] { return app::serve(choice_.config_path); }));
    CLI::App* const check = with_config(add(program_, "check", "check a configuration", [this] {
      return app::check(choice_.config_path, against_);
    }));
    check->add_option("--against", against_, "the file in force: also say what would change");
    CLI::App* const health = add(program_, "health", "ask a running gateway how it is", [this] {
      health_.admin.config_path = choice_.config_path;
      return app::health(health_);
    });
    health->add_option("-c,--config", choice_.config_path, "configuration file");
    health->add_option("--address", health_.admin.address,
                       "the admin server's host:port (admin.address), without a configuration");
    health->add_flag("--ready", health_.readiness, "whether it is ready, not only alive");
    add_quota();
  }

  void add_quota() {
    CLI::App* const quota = program_.add_subcommand("quota", "what clients may use");
    quota->require_subcommand(1);
    quota->add_option("-c,--config", choice_.config_path, "configuration file");
    CLI::App* const show =
        add(*quota, "show", "what a running gateway's limits have used and have left", [this] {
          quota_.admin.config_path = choice_.config_path;
          return app::show_quotas(quota_);
        });
    show->add_option("-c,--config", choice_.config_path, "configuration file");
    show->add_option("--address", quota_.admin.address,
                     "the admin server's host:port (admin.address), without a configuration");
    show->add_option("--format", quota_.format, "table (default) or json");
    CLI::App* const top_up = add_quota_change(
        *quota, "top-up", "top_up", "more for a limit's window, which a restart does not forget");
    top_up->add_option("AMOUNT", quota_change_.amount, "in the limit's own measure: 100.00")
        ->required();
    add_quota_change(*quota, "reset", "reset", "forgives what was used in a limit's window");
    add_quota_why(*quota);
  }

  CLI::App* add_quota_change(CLI::App& quota, const char* name, const char* action,
                             const char* doc) {
    CLI::App* const command = add(quota, name, doc, [this, action] {
      quota_change_.admin.config_path = choice_.config_path;
      quota_change_.action = action;
      return app::change_quota(quota_change_);
    });
    command->add_option("-c,--config", choice_.config_path, "configuration file");
    command->add_option("--address", quota_change_.admin.address,
                        "the admin server's host:port, if not admin.address");
    command
        ->add_option("SUBJECT", quota_change_.subject,
                     "a client, or as messages name it: \"tag cost_center=4711\"")
        ->required();
    command->add_option("LIMIT", quota_change_.limit, "cost/month, tokens/day, ...")->required();
    command->add_option("--reason", quota_change_.reason, "why, for the log and the ledger");
    command->add_flag("--json", quota_change_.as_json, "the answer as JSON");
    return command;
  }

  void add_quota_why(CLI::App& quota) {
    CLI::App* const why = add(quota, "why", "whose 429 a client was sent: ours or Azure's", [this] {
      quota_why_.admin.config_path = choice_.config_path;
      quota_why_.ledger = choice_.ledger;
      return app::why_quota(quota_why_);
    });
    with_ledger(why);
    why->add_option("CLIENT", quota_why_.client, "as the configuration names it")->required();
    why->add_option("--address", quota_why_.admin.address,
                    "the admin server's host:port, if not admin.address");
    with_period(why, quota_why_.period);
    why->add_flag("--json", quota_why_.as_json, "as JSON");
  }

  void add_reports() {
    CLI::App* const usage = with_ledger(add(program_, "usage", "sums of the ledger", [this] {
      usage_.ledger = choice_;
      return app::usage(usage_);
    }));
    usage->add_option("--by", usage_.by, reports::usage_group_names())->delimiter(',');
    with_period(usage, usage_.period);
    with_time_zone(usage, usage_.time_zone);
    usage->add_option("--sort", usage_.sort, "name (default), tokens, operations or cost");
    usage->add_option("--top", usage_.top, "this many rows, the others as one");
    usage->add_option("--compare", usage_.compare, "previous: beside the time before");
    usage->add_flag("--components", usage_.components, "costs by class and price");
    usage->add_flag("--budgets", usage_.budgets, "how the limits' windows burn down, without --by");
    usage->add_flag("--refusals", usage_.refusals,
                    "whom limits refused beside what was served, without --by");
    usage->parse_complete_callback([this] {
      const bool others = usage_.budgets || usage_.refusals;
      if (usage_.by.empty() && !others) throw CLI::RequiredError("--by");
    });
    usage->add_option("--forecast", usage_.forecast, "what this many days to come may cost");
    usage->add_option("--format", usage_.format, "table (default), csv or json");
    CLI::App* const records =
        with_ledger(add(program_, "records", "every record as a JSON line", [this] {
          records_.ledger = choice_;
          return app::records(records_);
        }));
    with_period(records, records_.period);
    with_time_zone(records, records_.time_zone);
    app::RecordFilter& filter = records_.filter;
    records->add_option("--client", filter.client, "only this client's");
    records->add_option("--model", filter.model, "only of this model, served or asked for");
    records->add_option("--response", filter.response, "only of the answer with this id");
    records->add_option("--conversation", filter.conversation, "only of this conversation");
    records->add_option("--caller", filter.caller,
                        "only from this address, Entra application or object, header value or end "
                        "user");
  }

  void add_chargeback() {
    CLI::App* const statement =
        with_ledger(add(program_, "statement", "what a payer used and what it cost", [this] {
          statement_.ledger = choice_;
          return app::statement(statement_);
        }));
    statement->add_option("--tag", statement_.tag, "of all with this tag: cost_center=4711");
    statement->add_option("--client", statement_.client, "of this client");
    statement->add_flag("--unused-capacity", statement_.unused_capacity,
                        "of what nobody used of capacity that is paid by the hour");
    with_period(statement, statement_.period);
    with_time_zone(statement, statement_.time_zone);
    statement->add_option("--format", statement_.format, "text (default), html or csv");
    CLI::App* const others = program_.add_subcommand("export", "costs in the form of others");
    others->require_subcommand(1);
    with_ledger(others);
    CLI::App* const focus = with_ledger(add(*others, "focus", "FOCUS 1.2 as CSV", [this] {
      focus_.ledger = choice_;
      return app::export_focus(focus_);
    }));
    with_period(focus, focus_.period);
    with_time_zone(focus, focus_.time_zone);
    focus->add_option("--billing-account", focus_.billing_account, "default: tollgate");
  }

  void add_explain() {
    CLI::App* const explain =
        with_ledger(add(program_, "explain", "where each number of a record comes from", [this] {
          explain_.ledger = choice_;
          return app::explain(explain_);
        }));
    explain->add_option("ID", explain_.id, app::record_id_names())->required();
    explain->add_option("--format", explain_.format, "text (default) or json")
        ->check(CLI::IsMember({"text", "json"}));
  }

  void add_reconcile() {
    CLI::App* const reconcile =
        with_config(add(program_, "reconcile", "the ledger beside Azure's bill or metrics", [this] {
          reconcile_.ledger = choice_;
          return app::reconcile(reconcile_);
        }));
    reconcile->add_option("--ledger", choice_.ledger, "the ledger's file, if not ledger.path");
    CLI::Option_group* const files = reconcile->add_option_group("file");
    files->add_option("--cost-export", reconcile_.cost_export,
                      "an export of Cost Management (CSV): actual costs, or FOCUS");
    files->add_option("--metrics", reconcile_.metrics,
                      "answers of the metrics API of Azure Monitor (JSON)");
    files->require_option(1);
    with_period(reconcile, reconcile_.period);
    reconcile->add_option("--format", reconcile_.format, "table (default) or json")
        ->check(CLI::IsMember({"table", "json"}));
  }

  void add_deliveries() {
    CLI::App* const deliveries = with_ledger(
        add(program_, "deliveries", "how far exporters are, and what was refused", [this] {
          deliveries_.ledger = choice_;
          return app::deliveries(deliveries_);
        }));
    deliveries->add_option("ACTION", deliveries_.action, "list (default), show, retry, release")
        ->check(CLI::IsMember({"list", "show", "retry", "release"}));
    deliveries->add_option("RECORD", deliveries_.records, "RecordIds");
    deliveries->add_option("--exporter", deliveries_.exporter, "only this exporter's");
    deliveries->add_flag("--all", deliveries_.all, "retry or release all that are quarantined");
  }

  void add_ledger() {
    CLI::App* const ledger = program_.add_subcommand("ledger", "look after the ledger's files");
    ledger->require_subcommand(1);
    with_ledger(ledger);  // before the subcommand as well as behind it
    with_ledger(add(*ledger, "verify", "read all of it and name what is missing or damaged",
                    [this] { return app::verify_ledger(choice_); }));
    with_ledger(add(*ledger, "salvage", "a new database of what can be read of a damaged one",
                    [this] { return app::salvage_ledger(choice_); }));
  }

  /// Of a command with subcommands: before the subcommand as well as behind it.
  CLI::App* with_file(CLI::App* command) {
    command->add_option("-c,--config", choice_.config_path, "configuration file");
    return command;
  }

  CLI::App* add_audit_command(CLI::App& audit, const char* name, const char* doc,
                              int (*run)(const app::AuditOptions&)) {
    return with_file(add(audit, name, doc, [this, run] {
      audit_.config_path = choice_.config_path;
      return run(audit_);
    }));
  }

  void with_exchanges(CLI::App* command) {
    with_period(command, audit_.period);
    command->add_option("--client", audit_.client, "only this client's");
    command->add_option("--caller", audit_.caller, "only this caller's: an id, or a pseudonym");
    command->add_option("--conversation", audit_.conversation, "only of this conversation");
  }

  void add_audit() {
    CLI::App* const audit = program_.add_subcommand("audit", "prompts and answers that are kept");
    audit->require_subcommand(1);
    with_file(audit);
    CLI::App* const search =
        add_audit_command(*audit, "search", "a line for each exchange", &app::audit_search);
    with_exchanges(search);
    CLI::App* const tail =
        add_audit_command(*audit, "tail", "a line for each exchange to come", &app::audit_tail);
    with_exchanges(tail);
    for (CLI::App* const one : {search, tail})
      one->add_option("--text", audit_.text, "only those that hold this text, in any case");
    CLI::App* const show =
        add_audit_command(*audit, "show", "prompt and answer of an exchange", &app::audit_show);
    show->add_option("RECORD", audit_.record, "its RecordId")->required();
    CLI::App* const all =
        add_audit_command(*audit, "export", "every row as a JSON line", &app::audit_export);
    with_exchanges(all);
    all->add_flag("--follow", audit_.follow, "and what comes, until it is ended");
    CLI::App* const accesses = with_file(add(*audit, "accesses", "who read or erased what", [this] {
      accesses_.config_path = choice_.config_path;
      return app::audit_accesses(accesses_);
    }));
    with_period(accesses, accesses_.period);
    accesses->add_option("--reader", accesses_.reader, "only this reader's");
    accesses->add_option("--record", accesses_.record, "only of this exchange, by its RecordId");
    CLI::App* const erase =
        add_audit_command(*audit, "erase", "takes content away for good", &app::audit_erase);
    erase->add_option("--client", audit_.client, "of this client, with --month");
    erase->add_option("--month", audit_.month, "of this month, UTC: 2026-11");
    erase->add_option("--caller", audit_.caller, "of this caller, in all months");
    CLI::App* const verify = add(*audit, "verify", "proves that rows are what was written",
                                 [this] { return app::audit_verify(verify_); });
    verify->add_option("FILE", verify_.files, "rows as a sink holds them")->required();
    const auto one_each = [](CLI::Option* option) {
      option->take_all()->allow_extra_args(false);  // the next word is a file
    };
    one_each(verify->add_option("--key", verify_.keys,
                                "public key of checkpoints: `tollgate audit keys`"));
    one_each(
        verify->add_option("--note", verify_.notes,
                           "a checkpoint that was kept elsewhere: `tollgate audit checkpoint`"));
    verify->add_flag("--part", verify_.part,
                     "rows older than the first one given need not be there: a retention has "
                     "deleted them, or only some of the trail is given");
    add_audit_command(*audit, "checkpoint", "the last signed state", &app::audit_checkpoint);
    CLI::App* const deliveries =
        with_file(add(*audit, "deliveries", "how far exporters are, and what was refused", [this] {
          audit_deliveries_.config_path = choice_.config_path;
          return app::audit_deliveries(audit_deliveries_);
        }));
    deliveries
        ->add_option("ACTION", audit_deliveries_.action,
                     "list (default), retry, release, acknowledge-loss")
        ->check(CLI::IsMember({"list", "retry", "release", "acknowledge-loss"}));
    deliveries->add_option("--exporter", audit_deliveries_.exporter, "only this exporter's");
    with_file(add(*audit, "keys", "the public keys of checkpoints",
                  [this] { return app::audit_keys(choice_.config_path); }));
  }

  void add_prices() {
    CLI::App* const prices = program_.add_subcommand("prices", "what the work costs");
    prices->require_subcommand(1);
    with_file(prices);
    with_file(add(*prices, "check", "which targets have no price",
                  [this] { return app::check_prices(choice_.config_path); }));
    CLI::App* const explain = with_file(add(*prices, "explain", "every price of a model", [this] {
      return app::explain_prices(choice_.config_path, price_model_);
    }));
    explain->add_option("MODEL", price_model_, "as it was served: gpt-5-2026-01-01")->required();
    add_rating(*prices);
    CLI::App* const import =
        add(*prices, "import", "a file of prices out of another's list",
            [this] { return app::import_prices(import_from_, import_since_, import_region_); });
    import
        ->add_option("--from", import_from_,
                     "answers of the Azure Retail Prices API (JSON), LiteLLM's "
                     "model_prices_and_context_window.json, or a price sheet (CSV)")
        ->required();
    import->add_option("--since", import_since_,
                       "the day from which a list without dates holds: 2026-10-01");
    import->add_option("--region", import_region_,
                       "whose price where regions differ, as the list names it: swedencentral");
  }

  void add_rating(CLI::App& prices) {
    CLI::App* const even = with_file(
        add(prices, "breakeven", "what the same traffic would have cost the other way", [this] {
          break_even_.config_path = choice_.config_path;
          return app::break_even(break_even_);
        }));
    with_period(even, break_even_.period);
    even->add_option("--hourly-per-ptu", break_even_.hourly_per_ptu,
                     "what one PTU costs for an hour, for traffic that is paid by the token");
    CLI::App* const rerate =
        with_ledger(add(program_, "rerate", "what records cost by another list of prices", [this] {
          rerate_.ledger = choice_;
          return app::rerate(rerate_);
        }));
    rerate->add_option("--prices", rerate_.prices, "a file of prices (prices.file)")->required();
    with_period(rerate, rerate_.period);
    rerate->add_option("--format", rerate_.format, "table (default) or json")
        ->check(CLI::IsMember({"table", "json"}));
    rerate->add_flag("--write", rerate_.write, "from now on these costs count, as adjustments");
    rerate->add_flag("--currency-changes", rerate_.currency_changes,
                     "also of records whose cost is in another currency now");
  }

  void add_import() {
    CLI::App* const import = program_.add_subcommand("import", "settings out of others'");
    import->require_subcommand(1);
    add(*import, "apim-policy", "limits out of a policy of Azure API Management",
        [this] { return app::import_apim_policy(policy_); })
        ->add_option("FILE", policy_, "the policy's XML, as its editor or its API has it")
        ->required();
  }

  void add_rest() {
    CLI::App* const key = add(program_, "key", "make an API key and its hash",
                              [this] { return app::new_key(key_name_, existing_key_); });
    key->add_option("NAME", key_name_, "tells the keys of a client apart; default: primary");
    key->add_flag("--existing", existing_key_,
                  "hash the key on standard input instead of making one");
    CLI::App* const redact =
        with_config(add(program_, "redact", "standard input without what the rules find",
                        [this] { return app::redact(choice_.config_path, json_); }));
    redact->add_flag("--json", json_, "it is a JSON body: read its strings, and keep it JSON");
    add(program_, "reference", "every setting, as Markdown", [] { return app::reference(); });
    CLI::App* const help = add(program_, "help", "what the commands and their options are",
                               [this] { return tell(help_about_); });
    help->add_option("COMMAND", help_about_, "of this command alone: usage, ledger verify");
  }

  /// A filter whose variable was not set would be none: everybody's records.
  static void refuse_empty_values(CLI::App& app) {
    const auto is_empty = [](const std::string& value) {
      return value.empty() ? "must not be empty" : std::string();
    };
    for (CLI::Option* const option : app.get_options()) {
      if (option->get_items_expected_max() > 0) option->check(CLI::Validator(is_empty, ""));
    }
    for (CLI::App* const command : app.get_subcommands({})) refuse_empty_values(*command);
  }

  int tell(const std::vector<std::string>& about) {
    const CLI::App* of = &program_;
    std::string name = "tollgate";
    for (const std::string& word : about) {
      if (!names(*of).contains(word)) return refuse(word, *of);
      of = of->get_subcommand(word);
      name.append(" ").append(word);
    }
    // App::help() would tell of the command that was given, which is this one.
    std::cout << program_.get_formatter()->make_help(of, name, CLI::AppFormatMode::Normal);
    return 0;
  }

  static std::set<std::string> names(const CLI::App& of) {
    std::set<std::string> out;
    for (const CLI::App* const command : of.get_subcommands({})) out.insert(command->get_name());
    return out;
  }

  int refuse(const std::string& unknown, const CLI::App& of) const {
    const bool below = &of != &program_;
    std::cerr << "tollgate: there is no command " << (below ? of.get_name() + " " : "") << unknown
              << did_you_mean(unknown, names(of)) << "\n`tollgate help"
              << (below ? " " + of.get_name() : "") << "` lists them\n";
    return kUsageFault;
  }

  int refuse_unknown(int argc, char** argv) const {
    if (argc < 2 || argv[1][0] == '-') return 0;
    if (!names(program_).contains(argv[1])) return refuse(argv[1], program_);
    const CLI::App& command = *program_.get_subcommand(argv[1]);
    const bool known = argc < 3 || argv[2][0] == '-' || names(command).contains(argv[2]);
    return known || names(command).empty() ? 0 : refuse(argv[2], command);
  }

  const app::StandardOutput& output_;
  CLI::App program_;
  std::vector<std::pair<const CLI::App*, Run>> runs_;
  app::LedgerChoice choice_;
  std::string against_;
  app::HealthOptions health_;
  std::string policy_;
  app::QuotaOptions quota_;
  app::QuotaChangeOptions quota_change_;
  app::QuotaWhyOptions quota_why_;
  app::UsageOptions usage_;
  app::RecordsOptions records_;
  app::StatementOptions statement_;
  app::FocusOptions focus_;
  app::ExplainOptions explain_;
  app::ReconcileOptions reconcile_;
  app::DeliveriesOptions deliveries_;
  app::AuditOptions audit_;
  app::AuditDeliveriesOptions audit_deliveries_;
  app::AccessOptions accesses_;
  app::VerifyOptions verify_;
  app::RerateOptions rerate_;
  app::BreakEvenOptions break_even_;
  std::string price_model_;
  std::string import_from_;
  std::string import_since_;
  std::string import_region_;
  std::string key_name_ = "primary";
  bool existing_key_ = false;
  bool json_ = false;
  std::vector<std::string> help_about_;
};

}  // namespace
}  // namespace tollgate

int main(int argc, char** argv) {
  tollgate::app::forbid_core_dumps();
  tollgate::app::StandardOutput output(STDOUT_FILENO);
  std::streambuf* const before = std::cout.rdbuf(&output);
  const tollgate::app::PrintableStream printable_errors(std::cerr);
  int status = 1;
  try {
    status = tollgate::CommandLine(output).run(argc, argv);
  } catch (const std::exception& exception) {
    std::cerr << "tollgate: " << exception.what() << "\n";
  }
  std::cout.flush();
  std::cout.rdbuf(before);
  return status;
}
