// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/config/config.hpp"

namespace tollgate::config {

/// The files of certificates that an outbound connection trusts beside the system's: those for all
/// of them, and `own`, which may be empty.
inline std::vector<std::string> trusted_files(const Config& config, const std::string& own = {}) {
  std::vector<std::string> out;
  for (const std::string& file : {config.gateway.ca_certificates, own}) {
    if (!file.empty()) out.push_back(file);
  }
  return out;
}

}  // namespace tollgate::config
