// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/trail_settings.hpp"

#include <utility>

namespace tollgate::capture {

Result<std::vector<trail::NoteSigner>> read_signers(const config::Config& config) {
  std::vector<trail::NoteSigner> out;
  const config::AuditCheckpoints& settings = config.audit.checkpoints;
  for (const Secret* const key : {&settings.key, &settings.previous_key}) {
    if (key->empty()) continue;
    Result<trail::NoteSigner> signer = trail::NoteSigner::read(config.gateway.name, *key);
    if (!signer) return signer.error();
    out.push_back(std::move(*signer));
  }
  return out;
}

trail::StoreSettings store_settings(const config::Config& config) {
  return {.path = config.audit.path,
          .gateway = config.gateway.name,
          .max_size = config.audit.max_size,
          .retention = config.audit.retention,
          .signs_checkpoints = !config.audit.checkpoints.key.empty(),
          .second_mark = config::trail_mark_path(config)};
}

}  // namespace tollgate::capture
