// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>

#include <nlohmann/json.hpp>

namespace tollgate::simulator {

/// How Azure is taken to work where azure-protocol.md does not know; changed by the control port.
struct Settings {
  /// What a stream costs whose reader left: all that was asked for, or what had been produced.
  /// Unverified.
  enum class AbortBilling { full, produced } abort_billing = AbortBilling::full;
  int work_ms = 50;          ///< how long background responses, runs, batches and trainings take
  int work_polls = 0;        ///< unless 0: they end when they are read the Nth time instead
  int blob_blocks = 50'000;  ///< the most blocks of an append blob
  bool batch_usage =
      false;  ///< `usage` and `model` on the batch object (azure-protocol.md 10, item 13)
};

/// The settings in force. Thread-safe.
class SettingsStore {
 public:
  Settings get() const;
  /// {"abort_billing": "full" | "produced", "work_ms", "work_polls", "blob_blocks",
  /// "batch_usage"}; others throw std::invalid_argument.
  void update(const nlohmann::json& given);
  void reset();

 private:
  mutable std::mutex mutex_;
  Settings settings_;
};

}  // namespace tollgate::simulator
