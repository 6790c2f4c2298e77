// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/capture/recorder.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/telemetry/sparing.hpp"
#include "tollgate/trail/audit_store.hpp"
#include "tollgate/trail/master_keys.hpp"
#include "tollgate/trail/signed_note.hpp"

namespace tollgate::capture {

/// The store of a running gateway's trail, and what has to be done for it from time to time:
/// checkpoints, retention, keys. On its context's thread but for describe() and note_failure().
class TrailKeeper {
 public:
  TrailKeeper(boost::asio::io_context& context, trail::AuditStore store,
              std::vector<trail::NoteSigner> signers)
      : context_(context),
        timer_(context),
        store_(std::move(store)),
        signers_(std::move(signers)) {}

  /// Begins to take care, once a second.
  void start(milliseconds checkpoint_every);
  /// Takes on other keys and limits; error: as AuditStore::use_keys, and nothing has changed.
  Result<void> use(const config::Config& config, const trail::MasterKeys& masters,
                   std::vector<trail::NoteSigner> signers);

  trail::AuditStore& store() { return store_; }
  /// In one transaction. What fails is counted, logged and told.
  Result<void> append(const std::vector<trail::AuditRow>& rows);
  void note_failure(const std::string& why);
  void sign();
  /// Looks how the store is doing, for describe().
  void look();
  /// Any thread.
  void describe(RecorderStatus& out) const;

 private:
  void care();
  void tidy();
  void rewrap();
  void forget_trouble();

  boost::asio::io_context& context_;
  boost::asio::steady_timer timer_;
  trail::AuditStore store_;
  std::vector<trail::NoteSigner> signers_;
  milliseconds checkpoint_every_{0};
  SteadyTime signed_at_ = std::chrono::steady_clock::now();
  std::atomic<std::uint64_t> failures_{0};
  mutable std::mutex mutex_;  ///< guards what follows
  SteadyTime failed_at_{};
  std::string problem_;  ///< why the last rows were not stored; empty: they were
  trail::StoreStats stats_;
  telemetry::log::Sparing lines_;
};

}  // namespace tollgate::capture
