// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "commands.hpp"

namespace {

/// The exit status for a command line that cannot be understood (docs/operations.md).
constexpr int kUsageFault = 2;

// NOLINTNEXTLINE(readability-function-size): the command line, to be read in one piece.
int run(int argc, char** argv) {
  CLI::App program("Tollgate: meters Azure OpenAI per client and model, exactly.", "tollgate");
  program.set_version_flag("--version", std::string("tollgate ") + TOLLGATE_VERSION);
  program.require_subcommand(1);
  std::string config_path;
  const auto with_config = [&](CLI::App* command) {
    command->add_option("-c,--config", config_path, "configuration file")->required();
    return command;
  };
  CLI::App* serve = with_config(program.add_subcommand("serve", "run the gateway"));
  CLI::App* check = with_config(program.add_subcommand("check", "check a configuration"));
  std::string against;
  check->add_option("--against", against, "the file in force: also say what would change");
  CLI::App* usage = with_config(program.add_subcommand("usage", "sums of the ledger"));
  tollgate::app::UsageOptions options;
  usage
      ->add_option("--by", options.by,
                   "client, model, requested_model, ip, deployment, backend, operation, day, "
                   "month, tag:NAME")
      ->delimiter(',')
      ->required();
  const auto with_period = [](CLI::App* command, tollgate::app::PeriodOptions& period) {
    command->add_option("--since", period.since, "only the last 24h, 30d, ...");
    command->add_option("--from", period.from, "from this date on, UTC: 2026-11-01");
    command->add_option("--to", period.to,
                        "up to this date, UTC, the date itself not included: 2026-12-01");
  };
  with_period(usage, options.period);
  usage->add_option("--sort", options.sort, "name (default), tokens or operations");
  usage->add_option("--format", options.format, "table (default), csv or json");
  CLI::App* records = with_config(program.add_subcommand("records", "every record as a JSON line"));
  tollgate::app::PeriodOptions records_period;
  with_period(records, records_period);
  CLI::App* deliveries = with_config(
      program.add_subcommand("deliveries", "how far exporters are, and what was refused"));
  tollgate::app::DeliveriesOptions delivery_options;
  deliveries->add_option("ACTION", delivery_options.action, "list (default), show, retry, release")
      ->check(CLI::IsMember({"list", "show", "retry", "release"}));
  deliveries->add_option("RECORD", delivery_options.records, "RecordIds");
  deliveries->add_option("--exporter", delivery_options.exporter, "only this exporter's");
  deliveries->add_flag("--all", delivery_options.all, "retry or release all that are quarantined");
  CLI::App* ledger = program.add_subcommand("ledger", "mend the ledger's file");
  ledger->require_subcommand(1);
  CLI::App* salvage = with_config(
      ledger->add_subcommand("salvage", "a new database of what can be read of a damaged one"));
  CLI::App* health =
      with_config(program.add_subcommand("health", "ask a running gateway how it is"));
  bool readiness = false;
  health->add_flag("--ready", readiness, "whether it is ready, not only alive");
  CLI::App* key = program.add_subcommand("key", "make an API key and its hash");
  std::string key_name = "primary";
  bool existing_key = false;
  key->add_option("NAME", key_name, "tells the keys of a client apart; default: primary");
  key->add_flag("--existing", existing_key, "hash the key on standard input instead of making one");
  CLI::App* reference = program.add_subcommand("reference", "every setting, as Markdown");
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : kUsageFault;  // --help and --version end here, too
  }
  options.config_path = config_path;
  delivery_options.config_path = config_path;
  if (serve->parsed()) return tollgate::app::serve(config_path);
  if (check->parsed()) return tollgate::app::check(config_path, against);
  if (usage->parsed()) return tollgate::app::usage(options);
  if (records->parsed()) return tollgate::app::records(config_path, records_period);
  if (deliveries->parsed()) return tollgate::app::deliveries(delivery_options);
  if (salvage->parsed()) return tollgate::app::salvage_ledger(config_path);
  if (health->parsed()) return tollgate::app::health(config_path, readiness);
  if (key->parsed()) return tollgate::app::new_key(key_name, existing_key);
  if (reference->parsed()) return tollgate::app::reference();
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& exception) {
    std::cerr << "tollgate: " << exception.what() << "\n";
  }
  return 1;
}
