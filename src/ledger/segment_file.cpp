// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "segment_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "segment.hpp"
#include "tollgate/base/file_fault.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMost = Segment::kSize + 8;

Error unreadable(const std::string& path, Errc code, const std::string& why) {
  return Error{code, "the journal's segment " + fs::path(path).filename().string() +
                         " cannot be read: " + why};
}
Error unreadable(const std::string& path, int error) {
  return unreadable(path, error == ENOENT ? Errc::not_found : Errc::storage, std::strerror(error));
}

/// 0, or why not.
int read_pages(int file, SegmentBytes& out) {
  out.bytes.resize(kMost);
  std::size_t at = 0;
  while (at < kMost) {
    const ssize_t got = ::pread(file, out.bytes.data() + at, kMost - at, static_cast<::off_t>(at));
    if (got == 0) break;
    if (got > 0) {
      at += static_cast<std::size_t>(got);
    } else if (errno == EIO) {
      out.has_bad_pages = true;
      at = std::min((at / kPage + 1) * kPage, kMost);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  out.bytes.resize(at);
  return 0;
}

}  // namespace

Result<std::vector<std::string>> list_segments(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".segment") out.push_back(entry->path().string());
  }
  const bool none = error == std::errc::no_such_file_or_directory;
  const auto other = none ? other_than_directory(directory) : std::nullopt;
  if (other) return Error{Errc::storage, "cannot list " + directory + ": it " + *other};
  if (error && !none)
    return Error{Errc::storage, "cannot list " + directory + ": " + error.message()};
  std::sort(out.begin(), out.end());
  return out;
}

Result<SegmentBytes> read_segment_bytes(const std::string& path) {
  // First: what a link to nowhere names is not gone, and a pipe has no places to read at.
  if (const auto reason = reason_no_file(path)) return unreadable(path, Errc::storage, *reason);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return unreadable(path, errno);
  SegmentBytes out;
  const int error = read_pages(file, out);
  ::close(file);
  if (error != 0) return unreadable(path, error);
  return out;
}

void pad_segment(std::string& bytes) { bytes.resize((bytes.size() + 7) & ~std::size_t{7}); }

std::uint64_t scan_segment(std::string& bytes,
                           const std::function<void(const EntryScanner::Entry&)>& visit) {
  pad_segment(bytes);
  // Every entry proves itself: a header that is damaged counts as such but costs no record. Zeroes
  // alone are a segment whose process died before its first byte.
  EntryScanner scanner(bytes, is_segment(bytes) ? Segment::kHeaderSize : 0);
  while (const auto entry = scanner.next_over_damage()) {
    if (entry->type != EntryType::seal) visit(*entry);
  }
  return scanner.damaged();
}

Result<ScannedSegment> read_and_scan(const std::string& path) {
  Result<SegmentBytes> read = read_segment_bytes(path);
  if (!read) return read.error();
  ScannedSegment out{.bytes = std::move(read->bytes), .has_bad_pages = read->has_bad_pages};
  out.was_cut =
      out.bytes.size() < Segment::kSize && out.bytes.find_first_not_of('\0') != std::string::npos;
  // Read into room for kMost, the bytes stay where they are when the string is moved.
  out.damaged_stretches = scan_segment(
      out.bytes, [&](const EntryScanner::Entry& entry) { out.entries.push_back(entry); });
  return out;
}

}  // namespace tollgate::ledger
