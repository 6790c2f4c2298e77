// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tollgate::redaction {

/// A part of a text that may be another text in base64 or hexadecimal, and what can be read in it.
/// A run has a reading for each of its first letters that the encoded text may begin with: the
/// letters before may belong to something else.
struct EncodedRun {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string decoded;
};

/// The shortest run that is read: eight bytes in base64.
inline constexpr std::size_t kShortestRun = 11;

/// Calls `take` with each reading of each run that begins in text[from, until) and holds something
/// like text; once `take` says true, the run's other readings are left out.
void each_encoded_run(std::string_view text, std::size_t from, std::size_t until,
                      const std::function<bool(const EncodedRun&)>& take);

}  // namespace tollgate::redaction
