// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "audit_openings.hpp"

#include <array>
#include <string>
#include <utility>

#include "tollgate/capture/trail_settings.hpp"
#include "tollgate/config/setting_values.hpp"
#include "tollgate/trail/audit_desk.hpp"
#include "tollgate/trail/master_keys.hpp"
#include "tollgate/trail/signed_note.hpp"

namespace tollgate::app {
namespace {

/// As many as a pseudonym shows a guesser at once: half of what HMAC-SHA-256 can use.
constexpr std::size_t kShortestCallerKey = 16;

/// A secret's line is that of the place that it comes from.
int line_of_secret(const config::SettingValues& settings, const std::string& path) {
  return config::line_given(settings, {path + ".env", path + ".file", path});
}

/// That those that are given are some, and the trail's own where there is one that would be opened.
Result<void> check_master_keys(const config::Config& config, bool opens) {
  if (config.audit.encryption_keys.empty()) return {};
  const auto masters = trail::MasterKeys::read(config.audit.encryption_keys);
  if (!masters) return masters.error();
  if (!opens) return {};
  return trail::AuditDesk::check_keys(config.audit.path, *masters);
}

/// That a backup was not put in the trail's place, where there is one that would be opened.
Result<void> check_marks(const config::Config& config, bool opens) {
  if (!opens) return {};
  return trail::AuditDesk::check_marks(capture::store_settings(config));
}

/// Of keys that cost some content, where there is a trail: it is opened all the same.
std::string damaged_keys(const config::Config& config) {
  if (config.audit.encryption_keys.empty() || !config::keeps_exchanges(config)) return {};
  const auto masters = trail::MasterKeys::read(config.audit.encryption_keys);
  if (!masters) return {};
  // A database that cannot be read is a fault, which is told of elsewhere.
  const Result<std::string> faults = trail::AuditDesk::key_faults(config.audit.path, *masters);
  return faults ? *faults : std::string();
}

}  // namespace

std::vector<config::ConfigError> audit_faults(const config::Config& config,
                                              const config::SettingValues& settings,
                                              TrailPlace place) {
  std::vector<config::ConfigError> out;
  const config::Audit& audit = config.audit;
  const bool opens = place != TrailPlace::faulty && config::keeps_exchanges(config);
  const Result<void> keys = check_master_keys(config, opens);
  const Result<void> marks = check_marks(config, opens && place != TrailPlace::in_use);
  // A trail that cannot be read is named once, with what helps.
  const bool both = !keys && !marks && keys.error().message.starts_with(marks.error().message);
  if (!keys && !both)
    out.push_back({config::line_given(settings, {"audit.encryption.keys", "audit.encryption"}), 0,
                   "audit.encryption.keys: " + keys.error().message});
  if (!marks)
    out.push_back({config::line_given(settings, {"audit.path", "audit"}), 0,
                   "audit.path: " + (both ? keys : marks).error().message});
  const std::array<std::pair<const Secret*, const char*>, 2> signing{
      {{&audit.checkpoints.key, "audit.checkpoints.key"},
       {&audit.checkpoints.previous_key, "audit.checkpoints.previous_key"}}};
  for (const auto& [key, path] : signing) {
    if (key->empty()) continue;
    const auto signer = trail::NoteSigner::read(config.gateway.name, *key);
    if (!signer)
      out.push_back(
          {line_of_secret(settings, path), 0, std::string(path) + ": " + signer.error().message});
  }
  return out;
}

std::vector<config::ConfigError> audit_warnings(const config::Config& config,
                                                const config::SettingValues& settings,
                                                UtcTime now) {
  std::vector<config::ConfigError> out;
  for (const config::Client& client : config.clients) {
    const config::AuditChoice& choice = client.audit;
    if (choice.level != config::AuditLevel::full || !choice.until || now < *choice.until) continue;
    const std::string path = "clients[" + client.name + "].audit";
    out.push_back({config::line_given(settings, {path + ".until", path}), 0,
                   path + ".until is over: the level is redacted by now, not full"});
  }
  const std::string keys = damaged_keys(config);
  if (!keys.empty())
    out.push_back({config::line_given(settings, {"audit.path", "audit"}), 0, "audit: " + keys});
  const auto& key = config.audit.caller_key;
  if (key && key->reveal().size() < kShortestCallerKey)
    out.push_back({line_of_secret(settings, "audit.caller_key"), 0,
                   "audit.caller_key has fewer than 16 bytes: whose a pseudonym is can be guessed; "
                   "make one by openssl rand -base64 32"});
  return out;
}

}  // namespace tollgate::app
