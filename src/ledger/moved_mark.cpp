// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "moved_mark.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <vector>

#include "adjustment_table.hpp"
#include "kept_losses.hpp"
#include "loss_notes.hpp"
#include "mark_file.hpp"
#include "schema.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "unfinished_segments.hpp"

namespace tollgate::ledger {
namespace {

constexpr const char* kName = "moved";
constexpr const char* kMark = "/moved";
/// Far more than one has.
constexpr std::size_t kMostBytes = 256;

std::string numbers_of(const MovedMark& mark) {
  return "records " + std::to_string(mark.records) + " at " +
         std::to_string(to_unix_micros(mark.at));
}

/// One line: the numbers, and their CRC-32C in hexadecimal.
std::string line_of(const MovedMark& mark) {
  const std::string numbers = numbers_of(mark);
  return numbers + mark_sum(numbers);
}

std::optional<MovedMark> parse(const std::string& line) {
  std::int64_t records = 0;
  std::int64_t at = 0;
  if (std::sscanf(line.c_str(), "records %" SCNd64 " at %" SCNd64, &records, &at) != 2)
    return std::nullopt;
  const MovedMark mark{records, from_unix_micros(at)};
  return line == line_of(mark) ? std::optional(mark) : std::nullopt;
}

std::string mark_second(UtcTime time) { return to_rfc3339(time).substr(0, 19) + "Z"; }

Result<std::int64_t> first_number_of(Statement& row) {
  const Result<bool> found = row.step();
  if (!found) return found.error();
  return *found && !row.is_null(0) ? row.number(0) : std::int64_t{0};
}

Result<std::int64_t> selected_number(Database& database, const char* select) {
  Statement row = database.prepare(select);
  return first_number_of(row);
}

Result<std::int64_t> last_counted_place(Database& database) {
  Statement row = database.prepare("SELECT MAX(value) FROM counters WHERE counter IN (?, ?)");
  row.bind(1, static_cast<std::int64_t>(Counter::forgotten_to));
  row.bind(2, static_cast<std::int64_t>(Counter::given_to));
  return first_number_of(row);
}

/// The place that was given last, by all that knows of one.
Result<std::int64_t> last_place(Database& database) {
  const Result<std::int64_t> counted = last_counted_place(database);
  if (!counted) return counted;
  std::int64_t out = std::max(std::int64_t{0}, *counted);
  for (const char* const select :
       {"SELECT first_sequence + records - 1 FROM blocks ORDER BY first_sequence DESC LIMIT 1",
        "SELECT MAX(position) FROM cursors"}) {
    const Result<std::int64_t> one = selected_number(database, select);
    if (!one) return one;
    out = std::max(out, *one);
  }
  return out;
}

Result<std::string> describe_lack(Database& database, const std::string& name,
                                  const MovedMark& mark, std::int64_t held) {
  const Result<std::int64_t> newest =
      selected_number(database, "SELECT MAX(arrived_at) FROM blocks");
  if (!newest) return newest.error();
  const std::int64_t lacking = mark.records - held;
  std::string out = "the database " + name + " is older than its journals: up to " +
                    std::to_string(lacking) + (lacking == 1 ? " record" : " records") +
                    " that it held at " + mark_second(mark.at) +
                    ", when their journals were deleted, ";
  out += lacking == 1 ? "is" : "are";
  out += " lost, with the corrections made since";
  if (*newest > 0) {
    out += "; the last record that it has arrived at " + mark_second(from_unix_micros(*newest));
  }
  return out;
}

/// What arrived up to then is there. Corrections that are lost may be of any record that is kept.
Result<std::optional<UtcTime>> lacks_since(Database& database) {
  const Result<bool> table = has_adjustments(database);  // an earlier version made none
  if (!table) return table.error();
  const Result<std::int64_t> corrected =
      *table ? selected_number(database, "SELECT EXISTS (SELECT 1 FROM adjustments)")
             : Result<std::int64_t>(0);
  if (!corrected) return corrected.error();
  const char* const select =
      *corrected > 0 ? "SELECT MIN(first_time) FROM blocks" : "SELECT MAX(arrived_at) FROM blocks";
  const Result<std::int64_t> since = selected_number(database, select);
  if (!since) return since.error();
  return *since > 0 ? std::optional(from_unix_micros(*since)) : std::optional<UtcTime>();
}

/// A segment that the copy knows as not done with, and that is gone, is part of that loss.
Result<void> keep_lack(Database& database, const std::string& directory, const Loss& loss) {
  Transaction transaction(database);
  Result<void> done = transaction.begun();
  if (done) done = keep_loss(database, loss);
  const auto untold = done ? unfinished_segments(database, Losses::untold)
                           : Result<std::vector<UnfinishedSegment>>(done.error());
  if (!untold) return untold.error();
  for (const UnfinishedSegment& segment : *untold) {
    std::error_code unknown;
    const bool there = std::filesystem::exists(directory + "/" + segment.name, unknown);
    if (done && !there && !unknown) done = finish_segment(database, segment.name);
  }
  return done ? transaction.commit() : done;
}

}  // namespace

Result<void> write_moved_mark(const std::string& journal_directory, const MovedMark& mark) {
  return write_mark_file(journal_directory, kName, line_of(mark));
}

Result<std::optional<MovedMark>> read_moved_mark(const std::string& journal_directory) {
  const std::string path = journal_directory + kMark;
  const Result<std::string> line = read_small_file(path, kMostBytes);
  if (!line && line.error().code == Errc::not_found) return std::optional<MovedMark>();
  const auto mark = line ? parse(*line) : std::nullopt;
  if (mark) return mark;
  return Error{Errc::storage, (line ? path + " cannot be read" : line.error().message) +
                                  ": whether the database holds what was in journals that were "
                                  "deleted cannot be told"};
}

std::optional<std::string> in_way_of_mark(const std::string& journal_directory) {
  const std::string path = journal_directory + kMark;
  const std::string unborn = path + kUnborn;
  struct stat status {};
  // A link to one as well: what it names is somebody's, who has put it there.
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return path + " is a directory";
  // A link, to whatever, is deleted.
  if (::lstat(unborn.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return unborn + " is a directory";
  return std::nullopt;
}

void forget_moved_mark(const std::string& journal_directory) {
  ::unlink((journal_directory + kMark).c_str());
}

Result<std::int64_t> records_ever(Database& database) {
  // In this order: one that gets its place meanwhile counts twice, and never not at all.
  const Result<std::int64_t> awaiting = selected_number(database, "SELECT COUNT(*) FROM awaiting");
  if (!awaiting) return awaiting;
  const Result<std::int64_t> last = last_place(database);
  return last ? Result<std::int64_t>(*last + *awaiting) : last;
}

Result<bool> is_older_copy(Database& database, const std::string& journal_directory) {
  const auto mark = read_moved_mark(journal_directory);
  if (!mark || !*mark) return false;
  const Result<std::int64_t> held = records_ever(database);
  return held ? Result<bool>(*held < (*mark)->records) : Result<bool>(held.error());
}

Result<std::optional<Loss>> lacking_since_mark(Database& database, const std::string& ledger) {
  const auto mark = read_moved_mark(journal_directory(ledger));
  if (!mark) return std::optional(Loss{mark.error().message, {}, {}});
  if (!*mark) return std::optional<Loss>();
  const Result<std::int64_t> held = records_ever(database);
  if (!held) return held.error();
  if (*held >= (*mark)->records) return std::optional<Loss>();
  const Result<std::string> line =
      describe_lack(database, std::filesystem::path(ledger).filename().string(), **mark, *held);
  if (!line) return line.error();
  const auto since = lacks_since(database);
  if (!since) return since.error();
  return std::optional(Loss{*line, *since, {}});
}

Result<void> tell_what_is_lacking(Database& database, const std::string& ledger, UtcTime now) {
  const std::string directory = journal_directory(ledger);
  const auto loss = lacking_since_mark(database, ledger);
  if (!loss) return loss.error();
  if (!*loss) return {};
  const Result<void> noted =
      note_loss(directory, std::filesystem::path(ledger).filename().string(), (*loss)->line);
  if (!noted) return noted;
  const Result<bool> older = is_older_copy(database, directory);
  if (!older) return older.error();
  const Result<void> kept =
      *older ? keep_lack(database, directory, {(*loss)->line, (*loss)->arrived_after, now})
             : Result<void>();
  if (!kept) return kept;
  const Result<std::int64_t> held = records_ever(database);
  if (!held) return held.error();
  const Result<std::int64_t> newest =
      selected_number(database, "SELECT MAX(arrived_at) FROM blocks");
  if (!newest) return newest.error();
  return write_moved_mark(directory, {*held, from_unix_micros(*newest)});
}

}  // namespace tollgate::ledger
