// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// A record that an exporter's destination refused.
struct QuarantinedRecord {
  std::string exporter;
  bool retrying = false;  ///< an operator wants it sent again, and that has not happened yet
  std::string reason;
  UtcTime since;
  StoredRecord stored;
};

/// An adjustment of a cost that an exporter's destination refused.
struct QuarantinedAdjustment {
  std::string exporter;
  bool retrying = false;
  std::string reason;
  UtcTime since;
  StoredAdjustment stored;
};

/// Which of them an operator means.
struct QuarantineChoice {
  std::string exporter;   ///< empty: of every exporter
  std::vector<Uuid> ids;  ///< empty: all
};

/// What an operator sees of deliveries, and decides, beside a running gateway or without one. May
/// wait for the gateway to finish a transaction. Errors: storage.
class DeliveryDesk {
 public:
  /// Error not_found too, and storage when another version of Tollgate wrote the file.
  static Result<std::unique_ptr<DeliveryDesk>> open(const std::string& path);
  virtual ~DeliveryDesk() = default;

  /// Every exporter that ever had a place in the ledger, by name.
  virtual Result<std::vector<ExporterProgress>> exporters() = 0;
  virtual Result<std::vector<QuarantinedRecord>> quarantined(const QuarantineChoice& choice) = 0;
  /// Adjustments likewise; by the ids of their records.
  virtual Result<std::vector<QuarantinedAdjustment>> quarantined_adjustments(
      const QuarantineChoice& choice) = 0;
  /// A record, wherever it stands in the order or waits; nullopt: there is none, or it is in a
  /// journal still. Error storage too where it may be one that is damaged.
  virtual Result<std::optional<StoredRecord>> find(const Uuid& id) = 0;

  /// They are sent again with what comes next, adjustments too. Returns how many.
  virtual Result<std::size_t> retry(const QuarantineChoice& choice) = 0;
  /// They are not kept any longer, and count as given up, adjustments too. Returns how many.
  virtual Result<std::size_t> release(const QuarantineChoice& choice) = 0;
};

}  // namespace tollgate::ledger
