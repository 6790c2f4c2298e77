// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/config/load.hpp"

namespace tollgate::config {

/// The shortest file that is accepted; tests change one part of it.
inline const std::string kMinimal = R"(listeners:
  - address: 127.0.0.1:8080
clients:
  - name: retail
    api_keys: [{name: primary, sha256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b}]
backends:
  - name: east
    endpoint: https://east.example
    credential: {managed_identity: {}}
models:
  - name: gpt-4o
    targets: [{backend: east}]
ledger: {path: /tmp/ledger.db}
)";

/// kMinimal with the one place that reads `part` changed.
inline std::string minimal_with(const std::string& part, const std::string& instead) {
  std::string out = kMinimal;
  return out.replace(out.find(part), part.size(), instead);
}

inline SecretSources fake_secrets(std::map<std::string, std::string> environment = {},
                                  std::map<std::string, std::string> files = {}) {
  const auto lookup = [](std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
      const auto found = values.find(name);
      return found == values.end() ? std::nullopt : std::optional(found->second);
    };
  };
  return {lookup(std::move(environment)), lookup(std::move(files))};
}

/// Each error as "line:column: message".
inline std::vector<std::string> errors_of(const std::string& yaml,
                                          const SecretSources& secrets = fake_secrets()) {
  std::vector<std::string> out;
  const std::string text = format_errors("", load_text(yaml, secrets).errors);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    const std::string_view line = std::string_view(text).substr(at, end - at);
    out.emplace_back(line.substr(line.find_first_not_of(": ")));
    at = end + 1;
  }
  return out;
}

}  // namespace tollgate::config
