// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tollgate/base/time.hpp"

namespace tollgate::config {

/// What becomes of content that the external redactor could not look at.
enum class RedactorFailure {
  drop_content,  ///< the row stays, without it
  keep_internal  ///< kept as the built-in rules left it, and marked
};

/// A service that finds what no pattern can, such as names: the shape of Presidio's `/analyze`.
struct ExternalRedactor {
  std::string url;              ///< https, or http on a loopback host
  milliseconds timeout{5'000};  ///< for all texts of one exchange
  RedactorFailure on_failure = RedactorFailure::drop_content;
  std::vector<std::string> entities;  ///< empty: all that it knows
  std::string language = "en";
  double score_threshold = 0.5;
  std::size_t parallel = 4;  ///< requests at once
  std::string ca_certificates;
  bool operator==(const ExternalRedactor&) const = default;
};

}  // namespace tollgate::config
