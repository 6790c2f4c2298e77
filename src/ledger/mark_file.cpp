// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "mark_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "tollgate/base/crc32c.hpp"
#include "tollgate/base/sync_directory.hpp"

namespace tollgate::ledger {
namespace {

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

}  // namespace

Result<void> write_mark_file(const std::string& directory, const std::string& name,
                             const std::string& text) {
  const std::string path = directory + "/" + name;
  const std::string unborn = path + kUnborn;
  const Result<void> written = write_synced(unborn, text);
  if (!written) return written;
  if (::rename(unborn.c_str(), path.c_str()) == 0) return sync_directory(directory);
  const int reason = errno;
  ::unlink(unborn.c_str());
  return unwritable(path, reason);
}

std::string mark_sum(const std::string& text) {
  std::array<char, 16> sum{};
  (void)std::snprintf(sum.data(), sum.size(), " %08" PRIx32 "\n", crc32c(text));
  return sum.data();
}

}  // namespace tollgate::ledger
