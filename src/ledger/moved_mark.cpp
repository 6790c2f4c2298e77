// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "moved_mark.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "loss_notes.hpp"
#include "schema.hpp"
#include "tollgate/base/crc32c.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/base/sync_directory.hpp"
#include "tollgate/ledger/ledger_files.hpp"

namespace tollgate::ledger {
namespace {

constexpr const char* kMark = "/moved";
constexpr const char* kUnborn = ".new";
/// Far more than one has.
constexpr std::size_t kMostBytes = 256;

std::string numbers_of(const MovedMark& mark) {
  return "records " + std::to_string(mark.records) + " at " +
         std::to_string(to_unix_micros(mark.at));
}

/// One line: the numbers, and their CRC-32C in hexadecimal.
std::string line_of(const MovedMark& mark) {
  const std::string numbers = numbers_of(mark);
  std::array<char, 16> sum{};
  (void)std::snprintf(sum.data(), sum.size(), " %08" PRIx32 "\n", crc32c(numbers));
  return numbers + sum.data();
}

std::optional<MovedMark> parse(const std::string& line) {
  std::int64_t records = 0;
  std::int64_t at = 0;
  if (std::sscanf(line.c_str(), "records %" SCNd64 " at %" SCNd64, &records, &at) != 2)
    return std::nullopt;
  const MovedMark mark{records, from_unix_micros(at)};
  return line == line_of(mark) ? std::optional(mark) : std::nullopt;
}

Error unwritable(const std::string& path, int reason) {
  return Error{Errc::storage, "cannot write " + path + ": " + std::strerror(reason)};
}

Result<void> write_synced(const std::string& path, const std::string& text) {
  ::unlink(path.c_str());  // be it a pipe, which would wait, or a link to elsewhere
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return unwritable(path, errno);
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  const int reason = errno;
  ::close(file);
  return written ? Result<void>() : unwritable(path, reason);
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

}  // namespace

Result<void> write_moved_mark(const std::string& journal_directory, const MovedMark& mark) {
  const std::string path = journal_directory + kMark;
  const std::string unborn = path + kUnborn;
  const Result<void> written = write_synced(unborn, line_of(mark));
  if (!written) return written;
  if (::rename(unborn.c_str(), path.c_str()) == 0) return sync_directory(journal_directory);
  const int reason = errno;
  ::unlink(unborn.c_str());
  return unwritable(path, reason);
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

Result<std::optional<std::string>> lacking_since_mark(Database& database,
                                                      const std::string& ledger) {
  const auto mark = read_moved_mark(journal_directory(ledger));
  if (!mark) return std::optional(mark.error().message);
  if (!*mark) return std::optional<std::string>();
  const Result<std::int64_t> held = records_ever(database);
  if (!held) return held.error();
  if (*held >= (*mark)->records) return std::optional<std::string>();
  const Result<std::string> line =
      describe_lack(database, std::filesystem::path(ledger).filename().string(), **mark, *held);
  if (!line) return line.error();
  return std::optional(*line);
}

Result<void> tell_what_is_lacking(Database& database, const std::string& ledger) {
  const auto line = lacking_since_mark(database, ledger);
  if (!line) return line.error();
  if (!*line) return {};
  const std::string directory = journal_directory(ledger);
  const Result<void> noted =
      note_loss(directory, std::filesystem::path(ledger).filename().string(), **line);
  if (!noted) return noted;
  const Result<std::int64_t> held = records_ever(database);
  if (!held) return held.error();
  const Result<std::int64_t> newest =
      selected_number(database, "SELECT MAX(arrived_at) FROM blocks");
  if (!newest) return newest.error();
  return write_moved_mark(directory, {*held, from_unix_micros(*newest)});
}

}  // namespace tollgate::ledger
