// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "loss_notes.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "tollgate/base/file_fault.hpp"
#include "tollgate/base/sync_directory.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "damaged";
constexpr const char* kNote = ".lost";
constexpr const char* kSegment = ".segment";

/// Not open where something else than a file stands: a pipe would wait for its writer.
std::ifstream open_note(const fs::path& note) {
  return other_than_file(note.string()) ? std::ifstream() : std::ifstream(note);
}

void add_lines(const fs::path& note, std::vector<std::string>& out) {
  std::ifstream file = open_note(note);
  std::size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    out.push_back(line + " (" + note.string() + ")");
  }
  if (count == 0) out.push_back("a loss was noted in " + note.string());
}

/// What is noted before a transaction that fails is noted again with the next one.
bool has_line(const fs::path& note, const std::string& wanted) {
  std::ifstream file = open_note(note);
  for (std::string line; std::getline(file, line);) {
    if (line == wanted) return true;
  }
  return false;
}

}  // namespace

fs::path losses_folder(const fs::path& journal_directory) {
  std::error_code ignored;
  fs::path folder = journal_directory / kFolder;
  fs::create_directory(folder, ignored);
  fs::permissions(folder, fs::perms::owner_all, ignored);
  return folder;
}

Result<void> note_loss(const std::string& journal_directory, const std::string& name,
                       const std::string& line) {
  const fs::path folder = losses_folder(journal_directory);
  const fs::path note = folder / (name + kNote);
  if (has_line(note, line)) return {};
  const Result<int> file = open_own_file(note.string(), O_WRONLY | O_CREAT | O_APPEND);
  if (!file) return file.error();
  const std::string text = line + "\n";
  const bool written =
      ::write(*file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(*file) == 0;
  const int reason = errno;
  ::close(*file);
  if (!written)
    return Error{Errc::storage, "cannot write " + note.string() + ": " + std::strerror(reason)};
  return sync_directory(folder);
}

std::vector<std::string> losses_of(const std::string& journal_directory, const std::string& name) {
  std::vector<std::string> out;
  const fs::path note = fs::path(journal_directory) / kFolder / (name + kNote);
  std::error_code ignored;
  if (fs::exists(note, ignored)) add_lines(note, out);
  return out;
}

std::vector<std::string> told_losses(const std::string& journal_directory) {
  std::vector<std::string> out;
  const fs::path folder = fs::path(journal_directory) / kFolder;
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    files.push_back(entry->path());
  }
  if (error && error != std::errc::no_such_file_or_directory)
    out.push_back("cannot list " + folder.string() + ": " + error.message());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    if (file.extension() == kNote) add_lines(file, out);
    if (file.extension() == kSegment)
      out.push_back("a damaged segment was set aside: " + file.string());
  }
  return out;
}

bool is_told(const std::vector<std::string>& told, const std::string& line) {
  return std::any_of(told.begin(), told.end(),
                     [&](const std::string& other) { return other.starts_with(line); });
}

}  // namespace tollgate::ledger
