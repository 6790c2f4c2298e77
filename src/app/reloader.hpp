// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "config_file.hpp"
#include "file_watch.hpp"
#include "gateway.hpp"

namespace tollgate::app {

/// Brings what the configuration's files say into force while the gateway runs. On one thread,
/// which is none of the gateway's: reading files may take its time.
class Reloader {
 public:
  /// How often the files are looked at: a few reads.
  static constexpr milliseconds kLook{500};

  /// `first` is what the gateway was made of.
  Reloader(std::string path, Gateway& gateway, ConfigFile first);

  /// Loads the files if they have changed, and the configuration says that they are watched.
  void look(SteadyTime now);
  /// Loads the files. What is wrong with them is logged, and kept for /readyz; the configuration in
  /// force stays.
  void reload(const char* trigger);

 private:
  void refuse(std::vector<config::ConfigError> errors);
  void report(const char* trigger, const std::vector<std::string>& files,
              const config::SettingValues& settings, const std::vector<std::string>& waiting);
  /// What of the prices changed, for the log; tells of another currency in a line of its own.
  std::string compare_prices(const pricing::PriceList& before) const;

  std::string path_;
  Gateway& gateway_;
  FileWatch watch_;
  FileDigests applied_;             ///< what the files held that are in force
  config::SettingValues settings_;  ///< of the file that was applied last
  std::string price_changes_;       ///< of the load that is being applied
  bool watching_;
  const char* postponed_ = nullptr;  ///< what asked for a load that found no descriptor
};

}  // namespace tollgate::app
