// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "journal_files.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "entry_scanner.hpp"
#include "schema.hpp"
#include "segment.hpp"
#include "segment_file.hpp"

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
  std::optional<std::uint64_t> missing_before(const SegmentOwner& owner) {
    const auto [last, fresh] = last_.try_emplace(owner.worker, owner.number);
    const std::uint64_t before = std::exchange(last->second, owner.number);
    if (fresh || owner.number <= before + 1) return std::nullopt;
    return owner.number - before - 1;
  }

 private:
  std::map<std::uint32_t, std::uint64_t> last_;
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
    if (all_there_) out_.faults.insert(out_.faults.end(), gaps_.begin(), gaps_.end());
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
    const auto missing = owner ? numbers_.missing_before(*owner) : std::nullopt;
    if (!missing) return;
    gaps_.push_back(std::to_string(*missing) + " of the journal's segments before " + name +
                    ", of the same worker, are missing");
  }

  void check_damage(const std::string& path, const std::string& name, const Reading& first) {
    std::optional<std::string> again = bytes_of(path, name);
    if (!again) return;
    pad_segment(*again);
    const std::size_t count = lasting(first, read_segment(name, *again));
    if (count > 0) fault(name, "is damaged, in so many places: " + std::to_string(count));
  }

  Numbers numbers_;
  std::vector<std::string> gaps_;
  bool all_there_ = true;
  JournalFiles out_;
};

struct SegmentRow {
  std::string name;
  std::int64_t ingested_to = 0;
};

Result<std::vector<SegmentRow>> unfinished(Database& database) {
  std::vector<SegmentRow> out;
  Statement rows = database.prepare("SELECT name, ingested_to FROM segments WHERE ingested_to < ?");
  rows.bind(1, static_cast<std::int64_t>(Segment::kSize));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back({rows.text(0), rows.number(1)});
  }
}

/// What became of a file that had entries; null: it is there.
const char* fate_of(const std::string& directory, const std::string& name) {
  struct stat status {};
  if (::stat((directory + "/" + name).c_str(), &status) == 0)
    return S_ISREG(status.st_mode) && status.st_size == 0 ? "was emptied" : nullptr;
  if (errno != ENOENT) return nullptr;
  const bool aside = ::stat((directory + "/damaged/" + name).c_str(), &status) == 0;
  return aside ? "was cut, and set aside" : "is gone";
}

}  // namespace

Result<JournalFiles> read_journals(const std::string& directory) {
  const Result<std::vector<std::string>> files = list_segments(directory);
  if (!files) return files.error();
  JournalReading reading;
  for (const std::string& path : *files) reading.read(path);
  return reading.take();
}

Result<std::vector<std::string>> missing_segments(Database& database,
                                                  const std::string& directory) {
  std::vector<std::string> out;
  // A version before that counter did not note at its end that it was done with a segment.
  const Result<std::optional<std::int64_t>> noted = find_counter(database, Counter::given_to);
  if (!noted) return noted.error();
  if (!*noted) return out;
  const Result<std::vector<SegmentRow>> before = unfinished(database);
  if (!before) return before.error();
  std::map<std::string, std::string> gone;
  for (const SegmentRow& row : *before) {
    const char* const fate = fate_of(directory, row.name);
    if (fate != nullptr) gone.emplace(row.name, fate);
  }
  // Files are deleted after the row says that they are done with: it says so by now, if that was
  // it.
  const Result<std::vector<SegmentRow>> after = gone.empty() ? before : unfinished(database);
  if (!after) return after.error();
  for (const SegmentRow& row : *after) {
    const auto found = gone.find(row.name);
    if (found == gone.end()) continue;
    out.push_back("the journal's segment " + row.name + " " + found->second +
                  ": what it held behind its first " + std::to_string(row.ingested_to) +
                  " bytes is lost");
  }
  return out;
}

}  // namespace tollgate::ledger
