// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "recovery.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "intake.hpp"
#include "payload_glance.hpp"
#include "record_codec.hpp"
#include "schema.hpp"
#include "segment.hpp"
#include "tollgate/usage/reasons.hpp"

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

/// Intents of one process: what none of its segments closes was interrupted.
class Recovery {
 public:
  Recovery(RecordStore& store, UtcTime now) : store_(store), now_(now), intake_(store, now) {}

  Result<RecoveryResult> run(const std::vector<std::string>& files) {
    Transaction transaction(store_.database());
    if (!transaction.begun()) return transaction.begun().error();
    Result<void> done = look_who_was_here();
    if (done) done = take_kept_intents();
    for (const std::string& file : files) {
      if (done) done = take_file(file);
    }
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

  Result<void> take_file(const std::string& file) {
    const std::string name = fs::path(file).filename();
    const Result<std::uint64_t> read_to = store_.ingested_to(name);
    if (!read_to) return read_to.error();
    check_twice_ = *read_to == 0 && tables_may_hold_records_;
    Result<void> done;
    std::uint64_t unreadable = 0;
    const std::uint64_t damaged = read_segment_file(file, [&](const EntryScanner::Entry& entry) {
      if (!done) return;
      if (entry.type == EntryType::intent) {
        unreadable += note_intent(std::string(entry.payload)) ? 0 : 1;
        return;
      }
      const Result<bool> taken = take_close(entry.payload, entry.end <= *read_to);
      if (!taken) {
        done = taken.error();
      } else if (!*taken) {
        ++unreadable;
      }
    });
    if (!done) return done;
    if (damaged + unreadable > 0) broken_.insert(file);
    result_.damaged += damaged + unreadable;
    return store_.note_ingested(name, Segment::kSize, now_);
  }

  /// Whether the process before noted at a clean end that it was done with its segments.
  Result<void> look_who_was_here() {
    const auto given = find_counter(store_.database(), Counter::given_to);
    if (!given) return given.error();
    ends_were_noted_ = given->has_value();
    return ends_were_noted_ ? Result<void>() : store_.note_given(store_.last_sequence());
  }

  /// The files that are there have been read by now: of another that was not done with, something
  /// may be lost.
  Result<void> count_missing_files() {
    if (!ends_were_noted_) return store_.finish_segments();
    const Result<std::uint64_t> missing = store_.count_unfinished_segments();
    if (!missing) return missing.error();
    result_.damaged += *missing;
    return {};
  }

  Result<bool> take_close(std::string_view payload, bool already_taken) {
    const auto glance = glance_at(payload);
    if (!glance) return false;
    open_.erase(glance->record_id);
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
    for (const auto& [id, payload] : open_) {
      usage::UsageRecord record = read_payload(payload);
      const Result<bool> there = is_there({id, to_unix_micros(record.event_time), false, false});
      if (!there) return there.error();
      if (*there) continue;
      const Result<bool> taken = intake_.take(interrupted(std::move(record)));
      if (!taken) return taken.error();
      ++result_.interrupted;
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
    }
    std::string out;
    encode_record(intent, out);
    return out;
  }

  RecordStore& store_;
  UtcTime now_;
  Intake intake_;
  std::map<Uuid, std::string> open_;
  std::set<std::string> broken_;
  bool ends_were_noted_ = false;
  bool tables_may_hold_records_ = false;  ///< of segments that `segments` does not know
  bool check_twice_ = false;              ///< of the segment being read: look for each close
  RecoveryResult result_;
};

}  // namespace

std::string read_segment_bytes(const std::string& path) {
  std::string bytes(Segment::kSize + 8, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

void pad_segment(std::string& bytes) { bytes.resize((bytes.size() + 7) & ~std::size_t{7}); }

std::vector<std::string> list_segments(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".segment") out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::uint64_t read_segment_file(const std::string& path,
                                const std::function<void(const EntryScanner::Entry&)>& visit) {
  std::string bytes = read_segment_bytes(path);
  pad_segment(bytes);
  // Every entry proves itself: a header that is damaged counts as such but costs no record. Zeroes
  // alone are a segment whose process died before its first byte.
  EntryScanner scanner(bytes, is_segment(bytes) ? Segment::kHeaderSize : 0);
  while (const auto entry = scanner.next_over_damage()) {
    if (entry->type != EntryType::seal) visit(*entry);
  }
  return scanner.damaged();
}

Result<RecoveryResult> recover(RecordStore& store, const std::string& directory, UtcTime now) {
  const std::vector<std::string> files = list_segments(directory);
  Recovery recovery(store, now);
  Result<RecoveryResult> result = recovery.run(files);
  if (!result) return result;
  for (const std::string& file : files) settle(file, recovery.is_broken(file));
  return result;
}

}  // namespace tollgate::ledger
