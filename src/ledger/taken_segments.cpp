// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "taken_segments.hpp"

#include <optional>
#include <sstream>

#include "mark_file.hpp"
#include "moved_mark.hpp"
#include "tollgate/base/crc32c.hpp"
#include "tollgate/base/file_fault.hpp"

namespace tollgate::ledger {
namespace {

constexpr const char* kName = "taken";
/// While nothing ends, only intents fill segments: far more than come together then.
constexpr std::size_t kMostBytes = 1024 * 1024;

/// "records 5 open 1a2b3c4d": how many records it ever held, and the sum of the operations that are
/// open in it.
Result<std::string> state_of(Database& database, std::int64_t records) {
  std::string open;
  Statement rows = database.prepare("SELECT record_id, payload FROM intents ORDER BY record_id");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) break;
    const std::string payload = rows.text(1);
    open.append(rows.text(0)).append(" ").append(std::to_string(crc32c(payload))).append("\n");
  }
  return "records " + std::to_string(records) + " open " + std::to_string(crc32c(open));
}

/// Of that state; nullopt: it is of another, or not to be read.
std::optional<std::set<std::string>> read_names(const std::string& directory,
                                                const std::string& state) {
  const Result<std::string> text = read_small_file(directory + "/" + kName, kMostBytes);
  if (!text) return std::nullopt;
  const std::string names = text->substr(0, text->rfind(' '));
  if (*text != names + mark_sum(names)) return std::nullopt;
  std::istringstream lines(names);
  std::string line;
  if (!std::getline(lines, line) || line != state) return std::nullopt;
  std::set<std::string> out;
  while (std::getline(lines, line)) out.insert(line);
  return out;
}

}  // namespace

Result<void> note_taken(Database& database, const std::string& journal_directory,
                        std::int64_t records, const std::vector<std::string>& segments) {
  if (segments.empty()) return {};
  const Result<std::string> state = state_of(database, records);
  if (!state) return state.error();
  std::set<std::string> names = read_names(journal_directory, *state).value_or(decltype(names){});
  names.insert(segments.begin(), segments.end());
  std::string text = *state;
  for (const std::string& name : names) text += "\n" + name;
  return write_mark_file(journal_directory, kName, text + mark_sum(text));
}

Result<std::set<std::string>> taken_segments(Database& database,
                                             const std::string& journal_directory) {
  const Result<std::int64_t> records = records_ever(database);
  if (!records) return records.error();
  const Result<std::string> state = state_of(database, *records);
  if (!state) return state.error();
  return read_names(journal_directory, *state).value_or(std::set<std::string>());
}

}  // namespace tollgate::ledger
