// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "offline_config.hpp"

#include <optional>
#include <utility>

#include "tollgate/config/load.hpp"

namespace tollgate::app {

Result<config::Config> load_without_secrets(const std::string& path) {
  // Each reference stands for a secret of its own: two clients must not seem to share a key.
  const auto from = [](const char* kind) {
    return [kind](const std::string& place) { return std::optional(kind + place); };
  };
  config::LoadResult loaded = config::load_file(path, {from("env "), from("file "), {}, {}});
  if (loaded.config) return std::move(*loaded.config);
  return Error{Errc::invalid_input, config::format_errors(path, loaded.errors)};
}

}  // namespace tollgate::app
