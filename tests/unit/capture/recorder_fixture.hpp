// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "telemetry/quiet_log.hpp"
#include "tollgate/capture/recorder.hpp"
#include "tollgate/capture/trail_settings.hpp"
#include "tollgate/trail/audit_desk.hpp"
#include "trail_world.hpp"

namespace tollgate::capture {

/// A recorder with a trail of its own.
class RecorderFixture : public testing::Test, protected TrailWorld {
 protected:
  RecorderFixture() : recorder_(Recorder::open(config_).value()) {}

  Exchange exchange(std::string prompt) {
    ContentMemory& memory = recorder_->memory();
    Exchange out(ContentHold(memory, memory.account(record_.client_name)));
    out.terms.level = config::AuditLevel::redacted;
    out.record = record_;
    out.request = CapturedRequest{"text/plain", std::move(prompt)};
    out.replacer = recorder_->make_replacer();
    return out;
  }
  Exchange of_client(const char* client, std::string prompt) {
    record_.client_name = client;
    record_.record_id = make_uuid_v7(record_.event_time);
    return exchange(std::move(prompt));
  }
  /// The clients whose requests the trail holds, in its order, once what waits is stored.
  std::vector<std::string> clients_in_order() {
    std::vector<std::string> out;
    for (const trail::StoredRow& one : stored()) {
      if (one.row.kind == "request" && one.row.form == "raw" && one.row.part == 1)
        out.push_back(one.row.client_name);
    }
    return out;
  }
  /// What the trail holds by now, once what waits is stored.
  std::vector<trail::StoredRow> stored() {
    recorder_->finish(seconds(10));
    const trail::MasterKeys keys = trail::MasterKeys::read(config_.audit.encryption_keys).value();
    trail::AuditDesk desk = trail::AuditDesk::open(capture::store_settings(config_), keys).value();
    return desk.read({}, {"test", "test"}, record_.event_time).value().rows;
  }

  telemetry::QuietLog quiet_;
  boost::asio::io_context context_;
  std::unique_ptr<Recorder> recorder_;
};

}  // namespace tollgate::capture
