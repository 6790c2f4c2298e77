// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "segment_store.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "thrown.hpp"
#include "tollgate/base/sync_directory.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::ledger {

SegmentStore::SegmentStore(std::string directory, std::uint32_t worker, NoteMoved note_moved)
    : directory_(std::move(directory)), worker_(worker), note_moved_(std::move(note_moved)) {}

Result<std::shared_ptr<Segment>> SegmentStore::make() {
  // A fresh name each time: files of an earlier process may still lie here.
  const UtcTime now = std::chrono::system_clock::now();
  const std::string path =
      directory_ + "/" + make_uuid_v7(now).to_string() + "-" + std::to_string(worker_) + ".segment";
  Result<std::unique_ptr<Segment>> made = Segment::create(path, worker_, next_number_, now);
  if (!made) return made.error();
  // The directory entry must be on disk as well, or a power loss takes the whole file.
  const Result<void> synced = sync_directory(directory_);
  if (!synced) {
    ::unlink(path.c_str());
    return synced.error();
  }
  ++next_number_;
  bytes_.fetch_add(Segment::kSize, std::memory_order_relaxed);
  return std::shared_ptr<Segment>(std::move(*made));
}

Result<std::shared_ptr<Segment>> SegmentStore::advance() {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Segment> next;
  if (spares_.empty()) {
    Result<std::shared_ptr<Segment>> made = make();
    if (!made) return made.error();
    next = std::move(*made);
  } else {
    next = std::move(spares_.front());
    spares_.pop_front();
    spare_count_ = spares_.size();
  }
  // Not before there is another place: a worker that gets none may still find room for something
  // smaller.
  if (!segments_.empty()) segments_.back()->append(EntryType::seal, {});
  segments_.push_back(next);
  return next;
}

Result<void> SegmentStore::prepare_spares(std::size_t count) {
  const std::lock_guard lock(mutex_);
  while (spares_.size() < count) {
    Result<std::shared_ptr<Segment>> made = make();
    if (!made) return made.error();
    spares_.push_back(std::move(*made));
    spare_count_ = spares_.size();
  }
  return {};
}

std::deque<std::shared_ptr<Segment>> SegmentStore::snapshot() const {
  const std::lock_guard lock(mutex_);
  return segments_;
}

std::string SegmentStore::deleted_file() const {
  const std::lock_guard lock(mutex_);
  for (const auto* const files : {&segments_, &spares_}) {
    for (const std::shared_ptr<Segment>& one : *files) {
      if (::access(one->path().c_str(), F_OK) != 0 && errno == ENOENT) return one->path();
    }
  }
  return {};
}

void SegmentStore::expect_drops(std::size_t segments) { done_.reserve(done_.size() + segments); }

void SegmentStore::drop_oldest(bool damaged) {
  {
    const std::lock_guard lock(mutex_);
    done_.push_back({segments_.front(), damaged});
    segments_.pop_front();
  }
  delete_done();
}

void SegmentStore::drop_all() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& segment : segments_) done_.push_back({segment, false});
    for (const auto& spare : spares_) done_.push_back({spare, false, false});
    segments_.clear();
    spares_.clear();
    spare_count_ = 0;
  }
  delete_done();
}

std::vector<std::string> SegmentStore::done_names() const {
  std::vector<std::string> out;
  for (const Done& one : done_) {
    if (one.held_entries) out.push_back(one.segment->name());
  }
  return out;
}

void SegmentStore::delete_done() noexcept {
  bool noted = false;
  (void)thrown_by([&] { noted = !note_moved_ || note_moved_(done_names()); });
  std::erase_if(done_, [&](const Done& one) {
    if (one.held_entries && !noted) return false;
    if (one.damaged) {
      (void)thrown_by([&] { set_segment_aside(one.segment->path()); });
    } else {
      ::unlink(one.segment->path().c_str());
    }
    bytes_.fetch_sub(Segment::kSize, std::memory_order_relaxed);
    return true;
  });
}

}  // namespace tollgate::ledger
