// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "offline_config.hpp"

#include <optional>
#include <utility>

#include "tollgate/config/load.hpp"

namespace tollgate::app {

Result<config::Config> load_without_secrets(const std::string& path) {
  const auto unused = [](const std::string&) { return std::optional<std::string>("unused"); };
  config::LoadResult loaded = config::load_file(path, {unused, unused});
  if (loaded.config) return std::move(*loaded.config);
  return Error{Errc::invalid_input, config::format_errors(path, loaded.errors)};
}

}  // namespace tollgate::app
