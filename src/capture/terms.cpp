// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/terms.hpp"

#include <algorithm>

namespace tollgate::capture {

using config::AuditLevel;

Terms terms_for(const config::Audit& all, const config::AuditChoice& client,
                std::optional<AuditLevel> most, UtcTime now) {
  AuditLevel level = client.level.value_or(all.level);
  if (level == AuditLevel::full && (!client.until || now >= *client.until))
    level = AuditLevel::redacted;
  level = std::min(level, most.value_or(AuditLevel::full));
  return {.level = level,
          .sample = client.sample.value_or(all.sample),
          .on_failure = client.on_failure.value_or(all.on_failure),
          .reason = level == AuditLevel::full ? client.reason : std::string()};
}

}  // namespace tollgate::capture
