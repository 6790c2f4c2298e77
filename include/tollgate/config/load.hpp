// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/config/config.hpp"
#include "tollgate/config/setting_values.hpp"

namespace tollgate::config {

/// One thing wrong with the file. The message names the key and never prints a secret's value.
struct ConfigError {
  int line = 0;  ///< 1-based; 0 where no line applies
  int column = 0;
  std::string message;
};

/// Where {env: NAME} and {file: PATH} are looked up; tests replace it.
struct SecretSources {
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::function<std::optional<std::string>(const std::string& path)> file;
  /// The variables that the platform sets (AZURE_..., IDENTITY_..., MSI_...). Empty: the file is
  /// read for a command that sends nothing, perhaps on another host; credentials are then not
  /// checked against this one.
  std::function<std::optional<std::string>(const std::string& name)> host;
  /// Why a file gave no secret, as the end of a sentence. Empty: it is not known.
  std::function<std::string(const std::string& path)> file_fault{};
  /// Told of another file that the configuration names (prices.file), before it is read. May be
  /// empty.
  std::function<void(const std::string& path)> before_file{};
};

/// The process environment and the file system (a trailing newline of a file is not part of the
/// secret).
SecretSources system_secret_sources();

struct LoadResult {
  std::optional<Config> config;     ///< set only when errors is empty
  std::vector<ConfigError> errors;  ///< all of them, by line and column
  /// What works and should not stay so, as far as the file and its secrets show it.
  std::vector<ConfigError> warnings;
  SettingValues settings;  ///< complete only when errors is empty
};

/// Reads YAML text into a Config: unknown keys, wrong types, broken references and missing secrets
/// are all reported together.
LoadResult load_text(std::string_view yaml, const SecretSources& secrets);

/// The same for a file; an unreadable file is one error with line 0.
LoadResult load_file(const std::string& path, const SecretSources& secrets);

/// One line per error: "file:line:column: message".
std::string format_errors(const std::string& path, const std::vector<ConfigError>& errors);

/// docs/configuration.md, made from the same declarations that read the file.
std::string reference_markdown();

}  // namespace tollgate::config
