// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "tollgate/base/secret.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::config {

/// What is taken out of prompts and answers before they are kept or shown, and what stands in its
/// place.
struct Redaction {
  /// Its patterns compile, its names are known. Its `secrets` are those of the whole file, as many
  /// of them as are long enough to be told from other text.
  redaction::RuleSettings rules;
  std::optional<Secret> hmac;  ///< of keyed replacements; nullopt: numbered ones
};

/// What becomes of prompts and answers.
struct Audit {
  Redaction redaction;
};

}  // namespace tollgate::config
