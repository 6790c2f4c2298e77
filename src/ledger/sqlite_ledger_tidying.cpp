// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// What an open ledger deletes and puts together as it goes.
#include <algorithm>
#include <chrono>

#include "kept_losses.hpp"
#include "moved_mark.hpp"
#include "quota_action_table.hpp"
#include "refusal_table.hpp"
#include "retention.hpp"
#include "rollup_table.hpp"
#include "sqlite_ledger.hpp"
#include "taken_segments.hpp"
#include "tollgate/ledger/ledger_files.hpp"

namespace tollgate::ledger {
namespace {

/// No window of a limit is longer than a year.
constexpr std::chrono::hours kActionsKept{24 * 400};

/// Runs of small blocks put together at a time.
constexpr int kMergeBatch = 32;

}  // namespace

bool SqliteLedger::note_moved(const std::vector<std::string>& segments) {
  const std::int64_t records = store_.last_sequence() + static_cast<std::int64_t>(awaiting_);
  // Without it a loss may be told that is none: that is no reason to keep them.
  (void)note_taken(store_.database(), journal_directory(settings_.path), records, segments);
  if (records == noted_as_moved_) return true;
  const Result<void> noted = write_moved_mark(journal_directory(settings_.path),
                                              {records, std::chrono::system_clock::now()});
  if (noted) noted_as_moved_ = records;
  mark_problem_ = noted ? std::string() : "journals stay: " + noted.error().message;
  return noted.has_value();
}

/// Nothing else would tell of it before the end, when nobody listens any more.
void SqliteLedger::look_at_mark() {
  const auto fault = ledger::in_way_of_mark(journal_directory(settings_.path));
  in_way_of_mark_ = fault ? "journals will stay: " + *fault : std::string();
}

bool SqliteLedger::tidy() {
  const std::lock_guard lock(mutex_);
  if (!fault_.empty()) return false;
  // Near the limit records go before their time, but never those that a required exporter waits
  // for, or that no exporter is there to have.
  const std::uint64_t near = settings_.max_size / 10 * 9;
  const std::uint64_t most = near - std::min<std::uint64_t>(near, journal_bytes());
  const UtcTime now = std::chrono::system_clock::now();
  bool more = false;
  const Result<void> deleted = in_transaction([&]() -> Result<void> {
    const Result<bool> any = delete_old_blocks(store_, now - settings_.retention, most);
    more = any && *any;
    return any ? Result<void>() : Result<void>(any.error());
  });
  const Result<void> sums_deleted = in_transaction([&]() -> Result<void> {
    const Result<bool> any =
        delete_old_rollups(store_.database(), now - settings_.rollup_retention);
    more = more || (any && *any);
    return any ? Result<void>() : Result<void>(any.error());
  });
  const Result<void> forgotten = in_transaction([&] {
    const Result<void> old =
        forget_old(store_, journal_directory(settings_.path), now, settings_.retention);
    // As long as sums would have been kept of what is lost.
    const seconds kept = std::max(settings_.retention, settings_.rollup_retention);
    return old ? forget_losses(store_.database(), now - kept) : old;
  });
  const Result<void> adjusted = in_transaction([&]() -> Result<void> {
    const Result<bool> any = delete_old_adjustments(store_, now - settings_.retention);
    more = more || (any && *any);
    return any ? Result<void>() : Result<void>(any.error());
  });
  const Result<void> of_quotas = in_transaction([&]() -> Result<void> {
    const Result<bool> any =
        delete_refusals(store_.database(), now - settings_.retention, kMostRefusalsKept);
    more = more || (any && *any);
    return any ? delete_actions(store_.database(), now - kActionsKept) : Result<void>(any.error());
  });
  const Result<void> merged = merge_small_blocks();
  note_tidied({&deleted, &sums_deleted, &forgotten, &adjusted, &of_quotas, &merged});
  measure();
  refuse_if_needed();
  publish();
  return deleted && adjusted && of_quotas && more;
}

Result<void> SqliteLedger::merge_small_blocks() {
  std::int64_t merged_to = merged_to_;
  const Result<void> done = in_transaction([&]() -> Result<void> {
    for (int i = 0; i < kMergeBatch; ++i) {
      const Result<std::int64_t> next = store_.merge_small(merged_to);
      if (!next) return next.error();
      if (*next == merged_to) break;
      merged_to = *next;
    }
    return {};
  });
  if (done) merged_to_ = merged_to;
  return done;
}

}  // namespace tollgate::ledger
