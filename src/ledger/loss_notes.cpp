// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "loss_notes.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "damaged";
constexpr const char* kNote = ".lost";
constexpr const char* kSegment = ".segment";

void add_lines(const fs::path& note, std::vector<std::string>& out) {
  std::ifstream file(note);
  std::size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    out.push_back(line + " (" + note.string() + ")");
  }
  if (count == 0) out.push_back("a loss was noted in " + note.string());
}

}  // namespace

fs::path losses_folder(const fs::path& journal_directory) {
  std::error_code ignored;
  fs::path folder = journal_directory / kFolder;
  fs::create_directory(folder, ignored);
  fs::permissions(folder, fs::perms::owner_all, ignored);
  return folder;
}

bool note_loss(const std::string& journal_directory, const std::string& name,
               const std::string& line) {
  const fs::path note = losses_folder(journal_directory) / (name + kNote);
  std::ofstream file(note, std::ios::app);
  file << line << "\n";
  file.close();
  std::error_code ignored;
  fs::permissions(note, fs::perms::owner_read | fs::perms::owner_write, ignored);
  return !file.fail();
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

}  // namespace tollgate::ledger
