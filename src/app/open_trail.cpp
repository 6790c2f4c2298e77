// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "open_trail.hpp"

#include <pwd.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "complaint.hpp"
#include "offline_config.hpp"
#include "tollgate/capture/caller.hpp"
#include "tollgate/capture/trail_settings.hpp"
#include "tollgate/config/load.hpp"

namespace tollgate::app {
namespace {

std::string user_name() {
  const ::passwd* const user = ::getpwuid(::getuid());
  return user == nullptr ? std::to_string(::getuid()) : user->pw_name;
}

/// The secrets that are here; something stands for each that is not, and `missing` says by that
/// what it is. It outlives the sources.
config::SecretSources sources_with_stand_ins(std::map<std::string, std::string>& missing) {
  config::SecretSources real = config::system_secret_sources();
  const auto or_stand_in = [&missing](auto read, const char* kind, auto why) {
    return
        [&missing, read = std::move(read), kind, why = std::move(why)](const std::string& place) {
          std::optional<std::string> value = read(place);
          if (value) return value;
          const std::string reference = kind + place;
          value = stand_in(reference);
          missing[*value] = reference + why(place);
          return value;
        };
  };
  const auto not_set = [](const std::string&) { return std::string(); };
  // As a start says it.
  const auto why = [fault = real.file_fault](const std::string& path) {
    return ", which " + fault(path);
  };
  return {or_stand_in(real.environment, "variable ", not_set),
          or_stand_in(real.file, "file ", why),
          {},
          {}};
}

}  // namespace

UtcTime utc_now() { return std::chrono::system_clock::now(); }

Result<config::Config> load_for_readers(const std::string& config_path, NeededKeys keys) {
  if (config_path.empty()) return Error{Errc::invalid_input, "name the configuration: -c FILE"};
  std::map<std::string, std::string> missing;
  config::LoadResult loaded = config::load_file(config_path, sources_with_stand_ins(missing));
  if (!loaded.config)
    return Error{Errc::invalid_input, config::format_errors(config_path, loaded.errors)};
  const config::Audit& audit = loaded.config->audit;
  std::vector<Secret> needed;
  const bool by_content_keys = keys.words && !audit.redaction.hmac;
  if (keys.content || by_content_keys) needed = audit.encryption_keys;
  if (keys.words && audit.redaction.hmac) needed.push_back(*audit.redaction.hmac);
  if (keys.callers && audit.caller_key) needed.push_back(*audit.caller_key);
  if (keys.signing) needed.push_back(audit.checkpoints.key);
  if (keys.signing) needed.push_back(audit.checkpoints.previous_key);
  if (keys.seals) needed = loaded.config->objects.seal_keys;
  for (const Secret& key : needed) {
    const auto found = missing.find(std::string(key.reveal()));
    if (found != missing.end())
      return Error{Errc::invalid_input, "a key of the audit trail is not here: " + found->second};
  }
  return std::move(*loaded.config);
}

Result<OpenTrail> open_trail(const std::string& config_path, const std::string& command,
                             const std::string& caller) {
  Result<config::Config> config = load_for_readers(config_path, {.callers = !caller.empty()});
  if (!config) return config.error();
  if (config->audit.encryption_keys.empty())
    return Error{Errc::invalid_input, config_path + " has no audit.encryption.keys: no trail"};
  const auto masters = trail::MasterKeys::read(config->audit.encryption_keys);
  if (!masters) return masters.error();
  const trail::StoreSettings settings = capture::store_settings(*config);
  Result<trail::AuditDesk> desk = trail::AuditDesk::open(settings, *masters);
  if (!desk) return desk.error();
  const Result<void> marks = trail::AuditDesk::check_marks(settings);
  // In a backup no row may be written, not even of who reads it: it would pass for the trail then.
  if (!marks && marks.error().code == Errc::forbidden) return marks.error();
  if (!marks) warn("no gateway starts with this trail: " + marks.error().message);
  return OpenTrail{std::move(*config), std::move(*desk), {user_name(), command}};
}

std::string caller_in_rows(const std::string& text, const config::Audit& settings) {
  constexpr std::size_t kPseudonym = 64;
  const bool is_pseudonym = settings.caller_key && text.size() == kPseudonym &&
                            text.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_pseudonym ? text : capture::caller_pseudonym(text, settings);
}

}  // namespace tollgate::app
