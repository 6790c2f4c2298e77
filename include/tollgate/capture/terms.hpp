// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tollgate/config/audit.hpp"

namespace tollgate::capture {

/// What the audit trail keeps of one exchange, and what happens when it cannot.
struct Terms {
  config::AuditLevel level = config::AuditLevel::off;
  double sample = 1;  ///< share of the conversations whose content is kept
  config::OnFailure on_failure = config::OnFailure::fail_open;
  std::string reason{};  ///< why the level is `full`; empty where it is not

  bool keeps_anything() const { return level != config::AuditLevel::off; }
  bool keeps_content() const { return level >= config::AuditLevel::redacted; }
  /// Nothing leaves for a backend, and no answer ends, before what is kept of it is stored.
  bool waits() const { return keeps_anything() && on_failure == config::OnFailure::fail_closed; }
};

/// The client's own word goes before what is said for all, and the model's `most` caps both. What
/// is `full` only until a time is `redacted` from then on. Pure.
Terms terms_for(const config::Audit& all, const config::AuditChoice& client,
                std::optional<config::AuditLevel> most, UtcTime now);

}  // namespace tollgate::capture
