// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "recovery.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "intake.hpp"
#include "loss_notes.hpp"
#include "moved_mark.hpp"
#include "payload_glance.hpp"
#include "record_codec.hpp"
#include "schema.hpp"
#include "segment.hpp"
#include "segment_file.hpp"
#include "taken_segments.hpp"
#include "tollgate/usage/reasons.hpp"
#include "unfinished_segments.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

/// Deletes a file whose records are in the store, or moves it aside.
void settle(const std::string& path, bool damaged) {
  if (damaged) {
    set_segment_aside(path);
    return;
  }
  std::error_code ignored;
  fs::remove(path, ignored);
}

/// Before files go: what they held is in the database alone from then on.
Result<void> note_moved(RecordStore& store, const std::string& directory,
                        const std::vector<std::string>& files,
                        const std::vector<std::string>& taken, UtcTime now) {
  if (files.empty()) return {};
  const Result<std::int64_t> records = records_ever(store.database());
  if (!records) return records.error();
  // Without it a loss may be told that is none: that is no reason to keep them.
  (void)note_taken(store.database(), directory, *records, taken);
  return write_moved_mark(directory, {*records, now});
}

/// Of a UUIDv7 random bits: hardly any two have the same.
std::uint64_t tail_of(const Uuid& id) {
  std::uint64_t out = 0;
  std::memcpy(&out, id.bytes.data() + id.bytes.size() - sizeof(out), sizeof(out));
  return out;
}

/// Intents of one process: what none of its segments closes was interrupted.
class Recovery {
 public:
  Recovery(RecordStore& store, std::string directory, UtcTime now)
      : store_(store),
        directory_(std::move(directory)),
        now_(now),
        before_(store.last_sequence()),
        intake_(store, now) {}

  Result<RecoveryResult> run(const std::vector<std::string>& files) {
    Transaction transaction(store_.database());
    if (!transaction.begun()) return transaction.begun().error();
    Result<void> done = look_who_was_here();
    if (done) done = look_what_was_taken();
    if (done) done = take_kept_intents();
    if (done) done = take_files(files);
    if (done) done = count_missing_files();
    if (done) done = intake_.finish();
    if (done) done = interrupt_open();
    if (done) done = intake_.finish();
    if (done) done = store_.database().execute("DELETE FROM intents");
    if (done) done = transaction.commit();
    if (!done) return done.error();
    intake_.committed();
    return result_;
  }

  bool is_broken(const std::string& file) const { return broken_.contains(file); }

  /// Names of those that were read to their end.
  std::vector<std::string> taken(const std::vector<std::string>& files) const {
    std::vector<std::string> out;
    for (const std::string& file : files) {
      std::string name = fs::path(file).filename();
      if (!lacking_.contains(name)) out.push_back(std::move(name));
    }
    return out;
  }

 private:
  Result<void> take_kept_intents() {
    const auto since =
        read_counter(store_.database(), Counter::tables_may_hold_journal_records_since);
    if (!since) return since.error();
    tables_may_hold_records_ = *since != 0;
    Result<std::vector<std::string>> kept = store_.kept_intents();
    if (!kept) return kept.error();
    for (std::string& payload : *kept) note_intent(std::move(payload));
    return {};
  }

  /// False: not even its id can be read.
  bool note_intent(std::string payload) {
    const auto id = decode_record_id(payload);
    if (!id) return false;
    open_.insert_or_assign(*id, std::move(payload));  // the newest form counts
    return true;
  }

  /// The next file is read and checked while the one before it is written.
  Result<void> take_files(const std::vector<std::string>& files) {
    Ahead ahead;
    for (std::size_t i = 0; i < files.size(); ++i) {
      if (!ahead.valid()) ahead = read_ahead(files[i]);
      const Result<ScannedSegment> read = ahead.get();
      if (!read) return read.error();
      if (i + 1 < files.size()) ahead = read_ahead(files[i + 1]);
      const Result<void> taken = take_file(files[i], *read);
      if (!taken) return taken;
    }
    return {};
  }

  using Ahead = std::future<Result<ScannedSegment>>;
  /// Where no thread can be had it is read when it is asked for.
  static Ahead read_ahead(const std::string& file) {
    return std::async(std::launch::async | std::launch::deferred, read_and_scan, file);
  }

  Result<void> take_file(const std::string& file, const ScannedSegment& read) {
    const std::string name = fs::path(file).filename();
    const Result<std::uint64_t> read_to = store_.ingested_to(name);
    if (!read_to) return read_to.error();
    Result<Taken> taken = take_entries(read, *read_to);
    if (!taken) return taken.error();
    const bool done_with = *read_to == Segment::kSize;
    const bool lacks_bytes = !done_with && (read.was_cut || taken->reached < *read_to);
    if (lacks_bytes || read.has_bad_pages)
      taken->damaged = std::max<std::uint64_t>(taken->damaged, 1);
    if (taken->damaged > 0) broken_.insert(file);
    result_.damaged += taken->damaged;
    if (!lacks_bytes) return store_.note_ingested(name, Segment::kSize, now_);
    // Nobody knows what it held there: the row goes on to say that it was not done with.
    lacking_.insert(name);
    return store_.note_ingested(name, std::max(taken->reached, *read_to), now_);
  }

  struct Taken {
    std::uint64_t damaged = 0;  ///< stretches, and entries that say nothing
    std::uint64_t reached = 0;  ///< where the last entry ends
  };
  Result<Taken> take_entries(const ScannedSegment& read, std::uint64_t read_to) {
    check_twice_ = read_to == 0 && tables_may_hold_records_;
    Taken out{.damaged = read.damaged_stretches};
    for (const EntryScanner::Entry& entry : read.entries) {
      out.reached = entry.end;
      if (entry.type == EntryType::intent) {
        out.damaged += note_intent(std::string(entry.payload)) ? 0 : 1;
        continue;
      }
      const Result<bool> taken = take_close(entry.payload, entry.end <= read_to);
      if (!taken) return taken.error();
      out.damaged += *taken ? 0 : 1;
    }
    return out;
  }

  /// Whether the process before noted at a clean end that it was done with its segments.
  Result<void> look_who_was_here() {
    const auto given = find_counter(store_.database(), Counter::given_to);
    if (!given) return given.error();
    ends_were_noted_ = given->has_value();
    return ends_were_noted_ ? Result<void>() : store_.note_given(store_.last_sequence());
  }

  /// Before anything changes.
  Result<void> look_what_was_taken() {
    auto names = taken_segments(store_.database(), directory_);
    if (!names) return names.error();
    taken_ = std::move(*names);
    return {};
  }

  /// The files that are there have been read by now: of another that was not done with, something
  /// may be lost.
  Result<void> count_missing_files() {
    if (!ends_were_noted_) return store_.finish_segments();
    const auto untold = unfinished_segments(store_.database(), Losses::untold);
    if (!untold) return untold.error();
    for (const UnfinishedSegment& segment : *untold) {
      const bool counted = lacking_.contains(segment.name);
      if (!counted && taken_.contains(segment.name)) {
        const Result<void> finished = finish_segment(store_.database(), segment.name);
        if (!finished) return finished;
        continue;
      }
      if (!counted) ++result_.damaged;
      if (!counted && !note_gone(segment)) continue;
      const Result<void> told = store_.note_told(segment.name);
      if (!told) return told;
    }
    return {};
  }

  bool note_gone(const UnfinishedSegment& segment) const {
    const Result<void> noted = note_loss(
        directory_, segment.name,
        "the journal's segment " + segment.name + " is gone: what it held behind its first " +
            std::to_string(segment.ingested_to) + " bytes is lost");
    return noted.has_value();
  }

  Result<bool> take_close(std::string_view payload, bool already_taken) {
    const auto glance = glance_at(payload);
    if (!glance) return false;
    open_.erase(glance->record_id);
    closed_.push_back(tail_of(glance->record_id));
    if (already_taken) return true;
    if (check_twice_) {
      const Result<bool> there = is_there(*glance);
      if (!there || *there) return there;
    }
    return intake_.take(payload);
  }

  Result<bool> is_there(const PayloadGlance& glance) {
    const Result<bool> awaits = store_.awaits(glance.record_id);
    if (!awaits || *awaits) return awaits;
    const auto found = store_.find(glance.record_id, from_unix_micros(glance.event_time));
    if (!found) return found.error();
    return found->has_value();
  }

  /// The close of an intent may be there although it can be read no more.
  Result<void> interrupt_open() {
    const Result<void> known = forget_those_that_are_there();
    if (!known) return known;
    for (const auto& [id, payload] : open_) {
      const Result<bool> taken = intake_.take(interrupted(read_payload(payload)));
      if (!taken) return taken.error();
      ++result_.interrupted;
    }
    return {};
  }

  /// What was there before is looked through once, however many intents are open.
  Result<void> forget_those_that_are_there() {
    const Result<void> forgotten = forget_those_closed_before();
    if (!forgotten) return forgotten;
    std::set<Uuid> there;
    std::vector<UtcTime> began;
    for (const auto& [id, payload] : open_) {
      const Result<bool> awaits = store_.awaits(id);
      if (!awaits) return awaits.error();
      if (*awaits) there.insert(id);
      if (const auto glance = glance_at(payload))
        began.push_back(from_unix_micros(glance->event_time));
    }
    const Result<void> looked =
        store_.visit_ids_about(std::move(began), before_, [&](const Uuid& id) {
          if (open_.contains(id)) there.insert(id);
        });
    if (!looked) return looked;
    for (const Uuid& id : there) open_.erase(id);
    return {};
  }

  /// Where the clock went back, the file of an intent may sort behind that of its close.
  Result<void> forget_those_closed_before() {
    std::map<std::uint64_t, Uuid> open;
    for (const auto& [id, payload] : open_) open.emplace(tail_of(id), id);
    for (const std::uint64_t tail : closed_) {
      const auto found = open.find(tail);
      const auto intent = found == open.end() ? open_.end() : open_.find(found->second);
      if (intent == open_.end()) continue;
      const auto glance = glance_at(intent->second);
      const Result<bool> there = glance ? is_there(*glance) : Result<bool>(false);
      if (!there) return there.error();
      if (*there) open_.erase(intent);
    }
    return {};
  }

  /// Of an intent that cannot be read its id at least.
  std::string interrupted(usage::UsageRecord intent) {
    intent.outcome = usage::Outcome::interrupted;
    intent.usage_basis = usage::UsageBasis::none;
    if (intent.usage_reason == usage::reason::kRecordDamaged) {
      ++result_.damaged;
    } else {
      intent.usage_reason = usage::reason::kGatewayInterrupted;
      intent.cost_reason = intent.usage_reason;  // unpriced: nothing is known of what it used
    }
    std::string out;
    encode_record(intent, out);
    return out;
  }

  RecordStore& store_;
  std::string directory_;
  UtcTime now_;
  std::int64_t before_;  ///< the last sequence that was there before
  Intake intake_;
  std::map<Uuid, std::string> open_;
  std::vector<std::uint64_t> closed_;  ///< tail_of() every close
  std::set<std::string> broken_;
  std::set<std::string> lacking_;  ///< files that have been counted as damage, whose rows stay
  std::set<std::string> taken_;    ///< that the database has, as was noted before it was a copy
  bool ends_were_noted_ = false;
  bool tables_may_hold_records_ = false;  ///< of segments that `segments` does not know
  bool check_twice_ = false;              ///< of the segment being read: look for each close
  RecoveryResult result_;
};

}  // namespace

Result<RecoveryResult> recover(RecordStore& store, const std::string& directory, UtcTime now) {
  const Result<std::vector<std::string>> files = list_segments(directory);
  if (!files) return files.error();
  if (!files->empty()) {
    const Result<void> grows = store.let_write_ahead_log_grow();
    if (!grows) return grows.error();
  }
  Recovery recovery(store, directory, now);
  Result<RecoveryResult> result = recovery.run(*files);
  if (!result) return result;
  result->left_in_write_ahead_log = !files->empty();
  // Only then are the files needed no more. A kill in between is harmless: what was taken is known.
  const Result<void> synced = files->empty() ? Result<void>() : store.sync_write_ahead_log();
  if (!synced) return synced.error();
  const Result<void> noted = note_moved(store, directory, *files, recovery.taken(*files), now);
  if (!noted) return noted.error();
  for (const std::string& file : *files) settle(file, recovery.is_broken(file));
  return result;
}

}  // namespace tollgate::ledger
