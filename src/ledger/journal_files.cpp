// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "journal_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "entry_scanner.hpp"
#include "moved_mark.hpp"
#include "schema.hpp"
#include "segment.hpp"
#include "segment_file.hpp"
#include "taken_segments.hpp"
#include "unfinished_segments.hpp"

namespace tollgate::ledger {
namespace {

/// One reading of a segment's bytes.
struct Reading {
  std::vector<JournalRecord> records;
  std::set<std::size_t> damaged_at;  ///< where each damaged stretch begins
};

Reading read_segment(const std::string& name, std::string_view bytes) {
  Reading out;
  EntryScanner scanner(bytes, is_segment(bytes) ? Segment::kHeaderSize : 0);
  for (;;) {
    const std::size_t at = scanner.position();
    const std::size_t damaged = scanner.damaged();
    const auto entry = scanner.next_over_damage();
    // Without a mark and with nothing behind it, it may be an append that is under way: the mark
    // is written last. One that a killed process left so was never answered for.
    const bool under_way = !entry && !EntryScanner(bytes, at).has_mark();
    if (scanner.damaged() != damaged && !under_way) out.damaged_at.insert(at);
    if (!entry) return out;
    if (entry->type != EntryType::close) continue;
    out.records.push_back({name, entry->end, std::string(entry->payload)});
  }
}

/// What is damaged in both of two readings: between the pages of one reading a worker may have
/// ended an append and made another.
std::size_t lasting(const Reading& first, const Reading& second) {
  std::size_t out = 0;
  for (const std::size_t at : first.damaged_at) out += second.damaged_at.contains(at) ? 1 : 0;
  return out;
}

/// Tells of numbers that are left out between segments of one worker.
class Numbers {
 public:
  /// In the order of their age; a lower number than the last is another process's.
  std::optional<SegmentGap> gap_before(const SegmentOwner& owner, const std::string& name) {
    const auto [last, fresh] = last_.try_emplace(owner.worker, Last{owner.number, name});
    const Last before = std::exchange(last->second, Last{owner.number, name});
    if (fresh || owner.number <= before.number + 1) return std::nullopt;
    return SegmentGap{before.name, name, owner.number - before.number - 1};
  }

 private:
  struct Last {
    std::uint64_t number = 0;
    std::string name;
  };
  std::map<std::uint32_t, Last> last_;
};

class JournalReading {
 public:
  /// One that holds nothing may be under way: missing_segments() knows whether it held something.
  void read(const std::string& path) {
    const std::string name = std::filesystem::path(path).filename();
    std::optional<std::string> found = bytes_of(path, name);
    if (!found || found->empty()) return;
    std::string bytes = std::move(*found);
    ++out_.segments;
    check_number(name, bytes);
    const bool cut = bytes.size() < Segment::kSize;
    if (cut) {
      fault(name, "was cut to " + std::to_string(bytes.size()) + " of " +
                      std::to_string(Segment::kSize) + " bytes: what was written behind is lost");
    }
    pad_segment(bytes);
    Reading reading = read_segment(name, bytes);
    if (!cut && !reading.damaged_at.empty()) check_damage(path, name, reading);
    for (JournalRecord& record : reading.records) out_.records.push_back(std::move(record));
  }

  JournalFiles take() {
    // What went while it was read makes the numbers behind it look like a gap.
    if (!all_there_) out_.gaps.clear();
    return std::move(out_);
  }

 private:
  /// nullopt: it is gone, or a fault that has been told.
  std::optional<std::string> bytes_of(const std::string& path, const std::string& name) {
    Result<SegmentBytes> read = read_segment_bytes(path);
    if (!read) {
      all_there_ = false;
      if (read.error().code != Errc::not_found) out_.faults.push_back(read.error().message);
      return std::nullopt;
    }
    if (read->has_bad_pages) fault(name, "has pages that the disk cannot read");
    return std::move(read->bytes);
  }

  void fault(const std::string& name, const std::string& what) {
    out_.faults.push_back("the journal's segment " + name + " " + what);
  }

  void check_number(const std::string& name, std::string_view bytes) {
    const auto owner = segment_owner(bytes);
    auto gap = owner ? numbers_.gap_before(*owner, name) : std::nullopt;
    if (gap) out_.gaps.push_back(std::move(*gap));
  }

  void check_damage(const std::string& path, const std::string& name, const Reading& first) {
    std::optional<std::string> again = bytes_of(path, name);
    if (!again) return;
    pad_segment(*again);
    const std::size_t count = lasting(first, read_segment(name, *again));
    if (count > 0) fault(name, "is damaged, in so many places: " + std::to_string(count));
  }

  Numbers numbers_;
  bool all_there_ = true;
  JournalFiles out_;
};

/// What became of a file that had entries; null: it is there.
const char* fate_of(const std::string& directory, const std::string& name) {
  struct stat status {};
  if (::stat((directory + "/" + name).c_str(), &status) == 0)
    return S_ISREG(status.st_mode) && status.st_size == 0 ? "was emptied" : nullptr;
  if (errno != ENOENT) return nullptr;
  const bool aside = ::stat((directory + "/damaged/" + name).c_str(), &status) == 0;
  return aside ? "was cut, and set aside" : "is gone";
}

/// "-0.segment": whose it is. Names begin with the time of their making.
std::string_view worker_in(std::string_view name) { return name.substr(name.rfind('-') + 1); }

bool lies_in(const std::string& name, const SegmentGap& gap) {
  return worker_in(name) == worker_in(gap.before) && gap.behind < name && name < gap.before;
}

/// Names that are gone, with what became of their files.
using Gone = std::map<std::string, std::string>;

/// Of a gap's segments that no other line names; empty: of none.
std::string unexplained(const SegmentGap& gap, const Gone& gone) {
  const auto named = static_cast<std::uint64_t>(std::count_if(
      gone.begin(), gone.end(), [&](const auto& one) { return lies_in(one.first, gap); }));
  if (named >= gap.count) return {};
  return std::to_string(gap.count - named) + " of the journal's segments before " + gap.before +
         ", of the same worker, are missing";
}

/// Adds each that is a loss of its own to `losses`.
Result<Gone> gone_segments(Database& database, const std::string& directory,
                           std::vector<Loss>& losses) {
  Gone gone;
  const Result<bool> older = is_older_copy(database, directory);
  if (!older) return older.error();
  const auto taken = taken_segments(database, directory);
  if (!taken) return taken.error();
  // A version before that counter did not note at its end that it was done with a segment; nor did
  // it roll up.
  const Result<std::optional<std::int64_t>> noted = find_counter(database, Counter::given_to);
  if (!noted) return noted.error();
  const auto rolled = find_counter(database, Counter::rolled_up_to);
  if (!rolled) return rolled.error();
  if (!*noted && !*rolled) return gone;
  const auto before = unfinished_segments(database, Losses::all);
  if (!before) return before.error();
  for (const UnfinishedSegment& row : *before) {
    const char* const fate = fate_of(directory, row.name);
    if (fate != nullptr) gone.emplace(row.name, fate);
  }
  // Files are deleted after the row says that they are done with: it says so by now, if that was
  // it.
  const auto after = gone.empty() ? before : unfinished_segments(database, Losses::all);
  if (!after) return after.error();
  for (const UnfinishedSegment& row : *after) {
    const auto found = gone.find(row.name);
    if (found == gone.end() || *older || taken->contains(row.name)) continue;
    losses.push_back({"the journal's segment " + row.name + " " + found->second +
                          ": what it held behind its first " + std::to_string(row.ingested_to) +
                          " bytes is lost",
                      row.changed_at, std::nullopt});
  }
  return gone;
}

}  // namespace

Result<JournalFiles> read_journals(const std::string& directory) {
  const Result<std::vector<std::string>> files = list_segments(directory);
  if (!files) return files.error();
  JournalReading reading;
  for (const std::string& path : *files) reading.read(path);
  return reading.take();
}

Result<std::vector<Loss>> missing_segments(Database& database, const std::string& directory,
                                           const JournalFiles& journals) {
  std::vector<Loss> out;
  const Result<Gone> gone = gone_segments(database, directory, out);
  if (!gone) return gone.error();
  for (const SegmentGap& gap : journals.gaps) {
    std::string line = unexplained(gap, *gone);
    if (!line.empty()) out.push_back({std::move(line), std::nullopt, std::nullopt});
  }
  return out;
}

}  // namespace tollgate::ledger
