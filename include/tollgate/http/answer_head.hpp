// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/http/head.hpp"

namespace tollgate::http {

/// Finds the head of an answer in bytes that grow, whoever reads them: backends' answers and those
/// to the gateway's own calls. Interim answers (1xx) in front of it are dropped, a few of them: 103
/// early hints may come, a thousand of them may not, and 101 switches to what nobody asked for.
class AnswerHeadReader {
 public:
  static constexpr HeadLimits kLimits{64 * 1024, 256};
  static constexpr int kMostInterim = 16;

  /// `to_head_request`: the answer to a HEAD request has no body whatever its fields say.
  explicit AnswerHeadReader(bool to_head_request) : to_head_request_(to_head_request) {}

  /// Looks at all that was received so far. True: `bytes` begin with the head, which `out` has with
  /// views into them. False: more must be read behind `bytes`. Error protocol: no answer can come
  /// of this.
  Result<bool> read(std::string& bytes, ResponseHead& out);
  /// After true: the head's length with its empty line.
  std::size_t length() const { return scanner_.length(); }
  /// How many interim answers came in front of it.
  int interim() const { return interim_; }

 private:
  bool to_head_request_;
  int interim_ = 0;
  HeadScanner scanner_;
};

/// The same head again after its bytes have moved: makes the views of `out` point into `head`.
void read_moved_head(std::string_view head, ResponseHead& out);

}  // namespace tollgate::http
