// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reloader.hpp"

#include <algorithm>
#include <utility>

#include "descriptors.hpp"
#include "openings.hpp"
#include "tollgate/pricing/price_changes.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {
namespace {

/// A file with more errors than that is the wrong file.
constexpr std::size_t kMostErrorsTold = 20;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out.append(out.empty() ? "" : ", ").append(text);
  return out;
}

/// With other bytes than before, or named for the first time: a renewed certificate changes no
/// setting.
std::vector<std::string> changed_files(const FileDigests& before, const FileDigests& now) {
  std::vector<std::string> out;
  for (const auto& [path, digest] : now) {
    const auto known = before.find(path);
    if (known == before.end() || known->second != digest) out.push_back(path);
  }
  return out;
}

}  // namespace

Reloader::Reloader(std::string path, Gateway& gateway, ConfigFile first)
    : path_(std::move(path)),
      gateway_(gateway),
      watch_(first.files),
      applied_(std::move(first.files)),
      settings_(std::move(first.loaded.settings)),
      watching_(gateway.config().gateway.watch_files) {}

void Reloader::look(SteadyTime now) {
  const bool changed = watching_ && watch_.due(look_again(watch_.files()), now);
  if (postponed_ != nullptr) return reload(postponed_);
  if (changed) reload("file");
}

void Reloader::reload(const char* trigger) {
  ConfigFile file = read_config_file(path_);
  // What could not be read for want of descriptors may be as right as ever.
  const bool unreadable = !file.loaded.config && !descriptor_left();
  postponed_ = unreadable ? trigger : nullptr;
  if (unreadable)
    return telemetry::log::warn("config.postponed", {{"detail", "no descriptor is left"}});
  watch_.loaded(file.files);
  if (!file.loaded.config) return refuse(std::move(file.loaded.errors));
  const bool watching = file.loaded.config->gateway.watch_files;
  const auto warnings = all_warnings(file.loaded, std::chrono::system_clock::now());
  const pricing::PriceList before = gateway_.config().prices.list;
  auto faults = loading_faults(*file.loaded.config, file.loaded.settings, gateway_.config());
  if (!faults.empty()) return refuse(std::move(faults));
  const Result<std::vector<std::string>> waiting = gateway_.reload(*file.loaded.config);
  if (!waiting)
    return refuse({placed_fault(*file.loaded.config, file.loaded.settings, waiting.error())});
  watching_ = watching;
  // Since the last load that was applied: what changed with one that was refused takes effect now.
  const std::vector<std::string> changed = changed_files(applied_, file.files);
  applied_ = std::move(file.files);
  price_changes_ = compare_prices(before);
  report(trigger, changed, file.loaded.settings, *waiting);
  log_warnings(path_, warnings);
  settings_ = std::move(file.loaded.settings);
}

std::string Reloader::compare_prices(const pricing::PriceList& before) const {
  const pricing::PriceList& after = gateway_.config().prices.list;
  const bool both = !before.empty() && !after.empty();
  if (both && before.currency() != after.currency())
    telemetry::log::warn("prices.currency_changed",
                         {{"before", before.currency()}, {"now", after.currency()}});
  return pricing::price_changes(before, after);
}

void Reloader::refuse(std::vector<config::ConfigError> errors) {
  errors.resize(std::min(errors.size(), kMostErrorsTold));
  std::vector<std::string> texts;
  for (const config::ConfigError& error : errors) {
    std::string text = config::format_errors(path_, {error});
    text.pop_back();  // the line's end
    telemetry::log::error("config.refused", {{"detail", text}});
    texts.push_back(std::move(text));
  }
  gateway_.note_refused(std::move(texts));
}

void Reloader::report(const char* trigger, const std::vector<std::string>& files,
                      const config::SettingValues& settings,
                      const std::vector<std::string>& waiting) {
  std::vector<std::string> changes;
  for (const config::SettingChange& change : config::differences(settings_, settings)) {
    changes.push_back(to_string(change, waiting));
  }
  // A file that was changed and changed back, or a signal without either.
  if (changes.empty() && files.empty()) {
    telemetry::log::info("config.unchanged", {{"trigger", trigger}});
  } else {
    telemetry::log::info("config.reloaded", {{"trigger", trigger},
                                             {"changes", joined(changes)},
                                             {"files", joined(files)},
                                             {"prices", price_changes_}});
  }
  if (!waiting.empty()) {
    telemetry::log::warn("config.needs_restart", {{"settings", joined(waiting)}});
  }
}

}  // namespace tollgate::app
