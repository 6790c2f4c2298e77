// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "replaced_names.hpp"

#include "configured_rules.hpp"
#include "open_trail.hpp"
#include "tollgate/capture/names_in_rows.hpp"

namespace tollgate::app {
namespace {

constexpr const char* kMayBeReplaced =
    "records of clients at the audit level `redacted` have a replacement in its place, such as "
    "[EMAIL:...]";

/// Whether the rules find anything in it, or cannot be used.
bool is_replaced(ConfiguredRules& rules, const std::string& name) {
  const auto compiled = rules.compiled();
  if (!compiled) return true;
  const Result<std::string> kept = capture::name_in_rows(config::Audit(), **compiled, name);
  return !kept || *kept != name;
}
bool is_usually_replaced(const std::string& name) {
  const config::Redaction usual;
  ConfiguredRules rules(usual);
  return is_replaced(rules, name);
}

/// Of a name that is replaced.
ReplacedName forms_of(const config::Audit& settings, ConfiguredRules& rules,
                      const std::string& name) {
  ReplacedName out;
  const auto compiled = rules.compiled();
  if (!compiled) return out;
  std::vector<config::Audit> keyed(1, settings);
  if (!settings.redaction.hmac) keyed.assign(settings.encryption_keys.size(), settings);
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    if (!settings.redaction.hmac) keyed[i].encryption_keys = {settings.encryption_keys[i]};
    Result<std::string> form = capture::name_in_rows(keyed[i], **compiled, name);
    if (form) out.forms.push_back(std::move(*form));
  }
  return out;
}

}  // namespace

ReplacedName replaced_name(const config::Audit& settings, const std::string& name) {
  ConfiguredRules rules(settings.redaction);
  if (name.empty() || !is_replaced(rules, name)) return {};
  return forms_of(settings, rules, name);
}

ReplacedName replaced_name(const std::string& config_path, const std::string& name) {
  if (name.empty()) return {};
  if (config_path.empty()) {
    if (!is_usually_replaced(name)) return {};
    return {{}, std::string(kMayBeReplaced) + ": -c FILE in place of --ledger finds these, too"};
  }
  const Result<config::Config> keyless = load_for_readers(config_path, {.content = false});
  if (!keyless) {
    if (!is_usually_replaced(name)) return {};
    return {{},
            std::string(kMayBeReplaced) + ", which is not looked for: " + keyless.error().message};
  }
  if (keyless->audit.encryption_keys.empty() && !keyless->audit.redaction.hmac) return {};
  ConfiguredRules rules(keyless->audit.redaction);
  if (!is_replaced(rules, name)) return {};
  const Result<config::Config> config =
      load_for_readers(config_path, {.content = false, .words = true});
  if (!config)
    return {{},
            std::string(kMayBeReplaced) + ", which is not looked for: " + config.error().message};
  return forms_of(config->audit, rules, name);
}

}  // namespace tollgate::app
