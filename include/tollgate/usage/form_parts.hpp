// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::usage {

/// One part of a multipart/form-data body.
struct FormPart {
  std::string_view name;  ///< of the field, without quotes
  bool is_file = false;   ///< it has a file name
  std::size_t begin = 0;  ///< byte range of the content in the body
  std::size_t end = 0;
};

/// More parts than any operation has fields.
inline constexpr std::size_t kMostFormParts = 1'000;

/// Finds the parts of a body in their order, in steps: what they hold is stepped over. Linear.
/// Strict: a boundary that stands anywhere but at the begin of a line, words before the first or
/// behind the last, and other things that readers of forms take in different ways, are refused.
class FormReader {
 public:
  /// What a worker should read at once: some tenths of a millisecond for the costliest body.
  static constexpr std::size_t kStep = 16 * 1024;

  /// `body` outlives the reader and what it finds.
  FormReader(std::string_view content_type, std::string_view body);

  /// Goes on for about so many bytes. True: it has ended.
  bool step(std::size_t bytes = kStep);
  /// Once it has ended. Error invalid_input: not multipart/form-data, no boundary in the content
  /// type, a body that does not keep to it, too many parts.
  Result<std::vector<FormPart>> take();

 private:
  /// What stands at at_.
  enum class At : std::uint8_t { start, behind_boundary, content, end };

  bool fail();
  bool find_boundary(std::size_t bytes);
  bool begin_part();
  void end_part(std::size_t boundary);
  void read_end();

  std::string_view body_;
  std::string boundary_;  ///< with its two dashes
  std::vector<FormPart> parts_;
  std::size_t at_ = 0;
  At state_ = At::start;
  bool failed_ = false;
};

/// The same in one go.
Result<std::vector<FormPart>> form_parts(std::string_view content_type, std::string_view body);

}  // namespace tollgate::usage
