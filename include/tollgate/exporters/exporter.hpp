// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/time.hpp"
#include "tollgate/exporters/delivery_source.hpp"

namespace tollgate::exporters {

/// The destination has the rows, for good.
struct Accepted {};

/// Not now: the same rows again later.
struct RetryAfter {
  std::string why;           ///< without secrets
  milliseconds at_least{0};  ///< what the destination asked for
  bool alarm = false;        ///< only an operator can help: tried again slowly
};

/// At least one of the rows is not taken, and saying it again will not change that. None of them
/// counts as sent.
struct Rejected {
  std::vector<std::size_t>
      which;  ///< their places in the batch; empty: not known, and perhaps the fault is not theirs
  std::string why;
};

using SendResult = std::variant<Accepted, RetryAfter, Rejected>;

/// What one batch may hold.
struct BatchLimits {
  std::size_t bytes = 1'000'000;
  std::size_t per_batch = 0;  ///< bytes beside the rows
  std::size_t per_row = 0;    ///< bytes beside each row
  std::size_t rows = 1000;
};

struct SendTerms {
  UtcTime now;
  milliseconds timeout{30'000};
};

/// A destination of rows. It sends, and says what became of it. When to send what again, and what
/// became of earlier rows, is the delivery loop's, once for all destinations: no exporter keeps
/// that. It may keep where it stands at its destination (a file, a block), which it can find again.
class Exporter {
 public:
  virtual ~Exporter() = default;

  virtual BatchLimits limits() const = 0;
  /// A row as this destination takes it; pure.
  virtual std::string encode(const Row& row) const = 0;
  /// Whether send() blocks its thread, so that it must not run where others wait.
  virtual bool blocks() const = 0;
  /// At least one row, within limits(); they outlive the call. A destination that has the rows
  /// and whose answer is lost gets them again, with the same ids.
  virtual boost::asio::awaitable<SendResult> send(std::span<const std::string> rows,
                                                  SendTerms terms) = 0;
};

}  // namespace tollgate::exporters
