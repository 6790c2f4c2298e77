// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "segment.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "entry_scanner.hpp"
#include "loss_notes.hpp"

namespace tollgate::ledger {
namespace {

Error io_error(const std::string& what, const std::string& path, int error) {
  return Error{Errc::storage, what + " " + path + ": " + std::strerror(error)};
}

}  // namespace

void set_segment_aside(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  const fs::path file(path);
  fs::rename(file, losses_folder(file.parent_path()) / file.filename(), ignored);
}

Result<std::unique_ptr<Segment>> Segment::create(const std::string& path, std::uint32_t worker,
                                                 std::uint64_t number, UtcTime now) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return io_error("cannot create", path, errno);
  // Every block is taken now: a full disk shows here, not as a SIGBUS at some append.
  const int full = ::posix_fallocate(file, 0, kSize);
  if (full != 0) {
    ::close(file);
    ::unlink(path.c_str());
    return io_error("cannot allocate", path, full);
  }
  void* data = ::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  const int failed = errno;
  ::close(file);
  if (data == MAP_FAILED) {
    ::unlink(path.c_str());
    return io_error("cannot map", path, failed);
  }
  write_segment_header(static_cast<char*>(data), worker, number);
  return std::unique_ptr<Segment>(new Segment(path, static_cast<char*>(data), now));
}

Segment::~Segment() { ::munmap(data_, kSize); }

/// Pages are made present some at a time: one by one, at their first byte, they cost several times
/// that.
void Segment::make_present(std::size_t end) {
  constexpr std::size_t kStretch = 256 * 1024;
  if (end <= present_ || present_ == kSize) return;
  ::madvise(data_ + present_, kStretch, MADV_POPULATE_WRITE);  // if not, page by page
  present_ += kStretch;
}

void Segment::append(EntryType type, std::string_view payload) {
  make_present(end_ + entry_size(payload.size()));
  char* const entry = data_ + end_;
  if (!payload.empty()) std::memcpy(entry + kEntryHeaderSize, payload.data(), payload.size());
  EntryHeader header;
  header.length = static_cast<std::uint32_t>(payload.size());
  header.type = static_cast<std::uint8_t>(type);
  header.crc = entry_crc(header, payload);
  std::memcpy(entry + sizeof(header.magic),
              reinterpret_cast<const char*>(&header) + sizeof(header.magic),
              sizeof(header) - sizeof(header.magic));
  end_ += entry_size(payload.size());
  // The magic makes the entry valid. It comes last, so that a reader or a crash never meets half an
  // entry.
  std::atomic_ref<std::uint32_t>(*reinterpret_cast<std::uint32_t*>(entry))
      .store(kEntryMagic, std::memory_order_release);
}

Result<void> Segment::sync() {
  if (::msync(data_, kSize, MS_SYNC) == 0) return {};
  return io_error("cannot sync", path_, errno);
}

}  // namespace tollgate::ledger
