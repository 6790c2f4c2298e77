// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "replaced_names.hpp"

#include "open_trail.hpp"
#include "tollgate/capture/names_in_rows.hpp"

namespace tollgate::app {
namespace {

constexpr const char* kMayBeReplaced =
    "records of clients at the audit level `redacted` have a replacement in its place, such as "
    "[EMAIL:...]";

/// Whether the rules find anything in it.
bool is_replaced(const config::Audit& settings, const std::string& name) {
  config::Audit keyless;
  keyless.redaction.rules = settings.redaction.rules;
  const Result<std::string> kept = capture::name_in_rows(keyless, name);
  return !kept || *kept != name;
}

}  // namespace

ReplacedName replaced_name(const config::Audit& settings, const std::string& name) {
  ReplacedName out;
  if (name.empty() || !is_replaced(settings, name)) return out;
  std::vector<config::Audit> keyed(1, settings);
  if (!settings.redaction.hmac) keyed.assign(settings.encryption_keys.size(), settings);
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    if (!settings.redaction.hmac) keyed[i].encryption_keys = {settings.encryption_keys[i]};
    Result<std::string> form = capture::name_in_rows(keyed[i], name);
    if (form) out.forms.push_back(std::move(*form));
  }
  return out;
}

ReplacedName replaced_name(const std::string& config_path, const std::string& name) {
  if (name.empty()) return {};
  if (config_path.empty()) {
    if (!is_replaced({}, name)) return {};
    return {{}, std::string(kMayBeReplaced) + ": -c FILE in place of --ledger finds these, too"};
  }
  const Result<config::Config> keyless = load_for_readers(config_path, {.content = false});
  if (!keyless) {
    if (!is_replaced({}, name)) return {};
    return {{},
            std::string(kMayBeReplaced) + ", which is not looked for: " + keyless.error().message};
  }
  if (keyless->audit.encryption_keys.empty() && !keyless->audit.redaction.hmac) return {};
  if (!is_replaced(keyless->audit, name)) return {};
  const Result<config::Config> config =
      load_for_readers(config_path, {.content = false, .words = true});
  if (!config)
    return {{},
            std::string(kMayBeReplaced) + ", which is not looked for: " + config.error().message};
  return replaced_name(config->audit, name);
}

}  // namespace tollgate::app
