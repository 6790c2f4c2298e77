// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/base/secret.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/config/exporter.hpp"
#include "tollgate/config/external_redactor.hpp"
#include "tollgate/config/on_failure.hpp"
#include "tollgate/redaction/rules.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::config {

using usage::AuditLevel;

/// What is said of one client's exchanges; what is not said is as for all.
struct AuditChoice {
  std::optional<AuditLevel> level;
  std::string reason;            ///< why `full`; never empty then
  std::optional<UtcTime> until;  ///< when `full` ends and `redacted` begins; always there with it
  std::optional<double> sample;
  std::optional<OnFailure> on_failure;
};

/// What is taken out of prompts and answers before they are kept or shown, and what stands in its
/// place.
struct Redaction {
  /// Its patterns compile, its names are known. Its `secrets` are those of the whole file, as many
  /// of them as are long enough to be told from other text.
  redaction::RuleSettings rules;
  std::optional<Secret> hmac;                ///< of keyed replacements; nullopt: numbered ones
  std::optional<ExternalRedactor> external;  ///< behind the rules; nullopt: there is none
};

/// Signed states of the trail.
struct AuditCheckpoints {
  Secret key;           ///< Ed25519, PEM; empty: none are made
  Secret previous_key;  ///< signs beside it while keys are exchanged; empty: none
  milliseconds interval{60'000};
};

/// What becomes of prompts and answers.
struct Audit {
  /// Places in a text that is searched take 32 bits: with what stands for values it stays below.
  static constexpr std::size_t kMostBody = 1ULL << 30;

  AuditLevel level = AuditLevel::off;  ///< of clients that say nothing; never `full`
  double sample = 1;                   ///< share of the conversations whose content is kept
  OnFailure on_failure = OnFailure::fail_open;
  std::string path;  ///< of the database; default: audit.db in the ledger's directory
  /// Kept of one prompt, and of one answer: at most kMostBody.
  std::size_t max_body = 4ULL * 1024 * 1024;
  std::size_t memory = 256ULL * 1024 * 1024;  ///< of content that is not stored yet, in all
  seconds retention{400 * 24 * 3600};
  std::uint64_t max_size = 20ULL * 1024 * 1024 * 1024;
  std::vector<Secret> encryption_keys;  ///< the first encrypts, all decrypt
  std::optional<Secret> caller_key;     ///< of the pseudonyms of callers; nullopt: ids as they are
  AuditCheckpoints checkpoints;
  std::vector<Exporter> exporters;
  Redaction redaction;
};

}  // namespace tollgate::config
