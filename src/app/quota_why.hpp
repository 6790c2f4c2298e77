// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/ledger/quota_book.hpp"
#include "tollgate/usage/usage_record.hpp"

// Whose 429 was that: a limit's of ours, or a deployment's at Azure? Pure.
namespace tollgate::app {

/// Requests of the client that one limit refused for one reason.
struct OurRefusals {
  usage::RefusalRow row;  ///< of the last minute; its requests are those of all minutes
  UtcTime first;          ///< minute
  std::vector<std::string> models;
};

/// Operations of the client that one deployment answered with 429, be it that another one served
/// them.
struct TheirThrottles {
  std::string backend;
  std::string deployment;
  std::int64_t operations = 0;
  std::int64_t told = 0;  ///< of these, those whose client was sent the 429
  UtcTime last;
  std::string record;                          ///< the last one's RecordId
  std::optional<std::int64_t> retry_after_ms;  ///< what the last one asked for
};

/// What a time has of one client.
class Why {
 public:
  explicit Why(std::string client) : client_(std::move(client)) {}

  /// Those of others are passed over, but for those at a deployment's limit, which are nobody's.
  void add(const usage::RefusalRow& row);
  void add(const usage::UsageRecord& record);

  /// `limits`: the page /admin/quotas, `routes`: /admin/routes, of which each is told as it stands
  /// now; null where no gateway answered. What is refused for other reasons than limits, and what
  /// the gateway refuses while every deployment rests, leaves no row: `notes` says so.
  nlohmann::ordered_json json(const nlohmann::json& limits, const nlohmann::json& routes) const;

 private:
  std::string client_;
  std::vector<OurRefusals> ours_;
  std::vector<TheirThrottles> theirs_;
};

/// The same for people.
std::string why_text(const nlohmann::ordered_json& why);

}  // namespace tollgate::app
