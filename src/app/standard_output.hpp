// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <streambuf>
#include <string>
#include <string_view>

namespace tollgate::app {

/// Writes to a descriptor, all of it: also to a pipe that another process has made non-blocking,
/// for whose reader it waits. The first failure ends it. A terminal gets printable text alone; a
/// file or pipe every byte as it is.
class StandardOutput : public std::streambuf {
 public:
  explicit StandardOutput(int descriptor);

  /// The errno of what could not be written; 0: nothing failed.
  int failed() const { return failed_; }

 protected:
  int_type overflow(int_type c) override;
  int sync() override;

 private:
  void begin() { setp(buffer_.data(), buffer_.data() + buffer_.size()); }
  bool write(std::string_view bytes);
  bool show(std::string_view bytes);

  int descriptor_;
  bool terminal_;
  std::string cut_;  ///< the begin of a UTF-8 sequence that did not end yet
  int failed_ = 0;
  std::array<char, 16 * 1024> buffer_{};
};

}  // namespace tollgate::app
