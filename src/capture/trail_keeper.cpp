// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "trail_keeper.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>

#include "tollgate/capture/trail_settings.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::capture {

namespace asio = boost::asio;

namespace {

constexpr milliseconds kCareEvery{1'000};
constexpr seconds kTroubleLasts{60};
constexpr std::size_t kRewrapAtOnce = 100;

UtcTime utc_now() { return std::chrono::system_clock::now(); }

}  // namespace

void TrailKeeper::start(milliseconds checkpoint_every) {
  checkpoint_every_ = checkpoint_every;
  asio::post(context_, [this] { care(); });
}

Result<void> TrailKeeper::use(const config::Config& config, const trail::MasterKeys& masters,
                              std::vector<trail::NoteSigner> signers) {
  Result<void> used = store_.use_keys(masters);
  if (!used) return used;
  signers_ = std::move(signers);
  checkpoint_every_ = config.audit.checkpoints.interval;
  store_.change_limits(store_settings(config));
  rewrap();
  return used;
}

Result<void> TrailKeeper::append(const std::vector<trail::AuditRow>& rows) {
  const Result<std::int64_t> last = store_.append(rows);
  if (!last) {
    note_failure(last.error().message);
    return last.error();
  }
  const std::lock_guard lock(mutex_);
  problem_.clear();
  return {};
}

void TrailKeeper::note_failure(const std::string& why) {
  ++failures_;
  std::optional<std::uint64_t> left_out;
  {
    const std::lock_guard lock(mutex_);
    failed_at_ = std::chrono::steady_clock::now();
    problem_ = why;
    left_out = lines_.next(failed_at_);
  }
  if (left_out)
    telemetry::log::error("audit.not_stored", {{"detail", why}, {"left_out", *left_out}});
}

void TrailKeeper::sign() {
  if (signers_.empty()) return;
  signed_at_ = std::chrono::steady_clock::now();
  const auto notes = store_.checkpoint(signers_, utc_now());
  if (!notes) telemetry::log::error("audit.not_signed", {{"detail", notes.error().message}});
}

void TrailKeeper::look() {
  Result<trail::StoreStats> stats = store_.stats();
  const std::lock_guard lock(mutex_);
  if (stats) {
    stats_ = std::move(*stats);
  } else {
    problem_ = stats.error().message;
  }
}

void TrailKeeper::describe(RecorderStatus& out) const {
  out.failures = failures_;
  const std::lock_guard lock(mutex_);
  out.problem = problem_;
  out.store = stats_;
}

/// As long as there is more, but everybody else has a turn in between.
void TrailKeeper::tidy() {
  const Result<bool> more = store_.tidy(utc_now());
  if (!more) return note_failure("old rows cannot be deleted: " + more.error().message);
  if (*more) asio::post(context_, [this] { tidy(); });
}

void TrailKeeper::rewrap() {
  const auto rewrapped = store_.rewrap(kRewrapAtOnce);
  if (!rewrapped) note_failure("data keys cannot be wrapped anew: " + rewrapped.error().message);
}

/// A trouble that was not met again for a while is over.
void TrailKeeper::forget_trouble() {
  const std::lock_guard lock(mutex_);
  if (std::chrono::steady_clock::now() - failed_at_ >= kTroubleLasts) problem_.clear();
}

void TrailKeeper::care() {
  timer_.expires_after(kCareEvery);  // first: what is thrown below does not end it
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) care();
  });
  const SteadyTime now = std::chrono::steady_clock::now();
  if (store_.checkpoint_is_due() || now - signed_at_ >= checkpoint_every_) sign();
  tidy();
  rewrap();
  forget_trouble();
  look();
}

}  // namespace tollgate::capture
