// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "tollgate/base/time.hpp"
#include "tollgate/config/credential.hpp"

namespace tollgate::config {

struct AzureMonitor {
  std::string endpoint;  ///< https://host[:port]
  std::string rule_id;
  std::string stream = "Custom-TollgateUsage_CL";
  /// Of adjustments of costs; empty for the audit trail, which has none.
  std::string adjustment_stream = "Custom-TollgateCostAdjustment_CL";
  /// Of whom quotas refused; empty likewise.
  std::string refusal_stream = "Custom-TollgateRefusal_CL";
  Credential credential;  ///< never an API key
  std::string scope = "https://monitor.azure.com/.default";
  milliseconds flush_interval{5'000};
  std::string ca_certificates;
  bool operator==(const AzureMonitor&) const = default;
};

enum class LineFormat { rows, cloud_events };

struct JsonLines {
  std::string directory;
  std::string rows = "usage";  ///< what the lines are; the names of the files begin with it
  LineFormat format = LineFormat::rows;
  std::uint64_t rotate_size = 64ULL * 1024 * 1024;
  seconds rotate_age{3600};
  milliseconds flush_interval{1'000};
  bool operator==(const JsonLines&) const = default;
};

/// Behind the places of the audit trail's rows: where those stand that say who read the trail.
inline constexpr const char* kAccessPlace = "-access";

/// Behind the places of usage records: where adjustments of their costs stand.
inline constexpr const char* kAdjustmentPlace = "-adjustments";
/// ... and where it stands whom quotas refused.
inline constexpr const char* kRefusalPlace = "-refusals";

/// Append blobs in a container of Azure Blob Storage.
struct AppendBlob {
  std::string container;  ///< https://host[:port]/CONTAINER, without a slash at its end
  std::string prefix = "usage";
  Credential credential;  ///< never an API key
  std::string scope = "https://storage.azure.com/.default";
  milliseconds flush_interval{5'000};
  std::string ca_certificates;
  bool operator==(const AppendBlob&) const = default;
};

/// A destination of records. The name is that of its cursor in the ledger: a renamed one begins
/// anew.
struct Exporter {
  std::string name;
  bool required = true;
  bool from_beginning = false;
  bool checkpoints_only = false;  ///< of the audit trail: gets its signed checkpoints, no content
  std::variant<AzureMonitor, JsonLines, AppendBlob> kind;
  int line = 0;

  milliseconds flush_interval() const {
    return std::visit([](const auto& settings) { return settings.flush_interval; }, kind);
  }
  /// Whether they are the same but for where they stand in the file.
  bool same_as(const Exporter& other) const {
    return name == other.name && required == other.required &&
           from_beginning == other.from_beginning && checkpoints_only == other.checkpoints_only &&
           kind == other.kind;
  }
};

}  // namespace tollgate::config
