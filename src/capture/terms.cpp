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
  return {.level = std::min(level, most.value_or(AuditLevel::full)),
          .sample = client.sample.value_or(all.sample),
          .on_failure = client.on_failure.value_or(all.on_failure)};
}

}  // namespace tollgate::capture
