// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"

namespace tollgate::storage {

/// Behind the path of what is locked.
inline constexpr const char* kLockEnding = ".lock";

/// The file beside a database that says who uses it.
inline std::string lock_path(const std::string& database) { return database + kLockEnding; }

/// Keeps a second process off the same store; the kernel lets go of it when the process ends,
/// however it does.
class LockFile {
 public:
  /// Error storage: another process holds it, or it cannot be made. The file itself is never
  /// deleted.
  static Result<LockFile> take(const std::string& path);

  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int file) : file_(file) {}
  int file_;
};

}  // namespace tollgate::storage
