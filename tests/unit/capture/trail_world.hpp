// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

#include "tollgate/config/config.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::capture {

/// A trail in a directory of its own, and a record of an exchange for it.
class TrailWorld {
 protected:
  TrailWorld() {
    std::string name = std::filesystem::temp_directory_path() / "tollgate-trail-XXXXXX";
    directory_ = ::mkdtemp(name.data());
    config_.gateway.name = "gateway-1";
    config_.audit.level = config::AuditLevel::redacted;
    config_.audit.path = directory_ / "audit.db";
    config_.ledger.path = directory_ / "ledger.db";  // its mark file is the trail's too
    config_.audit.encryption_keys = {Secret("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")};
    record_.event_time = UtcTime(seconds(1'794'000'000));
    record_.record_id = make_uuid_v7(record_.event_time);
    record_.client_name = "retail";
    record_.auth_method = "entra";
    record_.caller_proof = "verified";
    record_.caller_object_id = "user-1";
    record_.requested_model = "gpt-4o";
    record_.model = "gpt-4o-2024-11-20";
    record_.outcome = usage::Outcome::completed;
    record_.status_code = 200;
  }
  ~TrailWorld() { std::filesystem::remove_all(directory_); }
  TrailWorld(const TrailWorld&) = delete;
  TrailWorld& operator=(const TrailWorld&) = delete;

  std::filesystem::path directory_;
  config::Config config_;
  usage::UsageRecord record_;
};

}  // namespace tollgate::capture
