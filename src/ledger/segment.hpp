// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::ledger {

enum class EntryType : std::uint8_t { intent = 1, close = 2, seal = 3 };

/// Moves a segment's file in which something could not be read into damaged/ beside it, which takes
/// no disk. When it cannot be moved it stays, and is read again at the next start.
void set_segment_aside(const std::string& path);

/// One journal file, preallocated and mapped: appending is a copy into memory that the kernel
/// writes out by itself, so it survives the death of the process at once. docs/ledger-format.md has
/// the bytes. One thread appends; another may read what has been committed.
class Segment {
 public:
  static constexpr std::size_t kSize = config::Ledger::kSegmentSize;
  static constexpr std::size_t kHeaderSize = 64;
  static constexpr std::size_t kEntryHeaderSize = 16;

  /// Creates the file with all its blocks. Error storage: no room or an I/O error; no file is left.
  static Result<std::unique_ptr<Segment>> create(const std::string& path, std::uint32_t worker,
                                                 std::uint64_t number, UtcTime now);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  /// Room for this many payload bytes.
  bool fits(std::size_t payload) const { return entry_size(payload) <= kSize - end_; }
  std::size_t room() const { return kSize - end_; }
  static std::size_t entry_size(std::size_t payload) {
    return (kEntryHeaderSize + payload + 7) & ~std::size_t{7};
  }

  /// Requires fits().
  void append(EntryType type, std::string_view payload);

  /// Writes everything appended so far to the disk; any thread. Error storage.
  Result<void> sync();

  /// The mapped bytes: for reading what was committed.
  std::string_view bytes() const { return {data_, kSize}; }
  const std::string& path() const { return path_; }
  /// The file's name without its directory.
  const std::string& name() const { return name_; }
  UtcTime created() const { return created_; }

 private:
  Segment(std::string path, char* data, UtcTime now)
      : path_(std::move(path)),
        name_(path_.substr(path_.rfind('/') + 1)),
        created_(now),
        data_(data) {}

  void make_present(std::size_t end);

  std::string path_;
  std::string name_;
  UtcTime created_;
  char* data_;
  std::size_t end_ = kHeaderSize;
  std::size_t present_ = 0;
};

}  // namespace tollgate::ledger
