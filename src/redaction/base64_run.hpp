// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::redaction {

/// 0 to 63, of both alphabets of RFC 4648; -1 for any other byte.
int base64_value(char c);

/// Where the run of base64 that begins at `begin` ends: letters of the alphabet, line ends behind
/// lines of 60 and more, '=' at its end.
/// `url_letters`: '-' and '_' are letters of it as well.
std::size_t base64_run_end(std::string_view text, std::size_t begin, bool url_letters = true);

/// The bytes that a run spells, in any pieces; what is not of the alphabet is passed over.
class Base64Decoder {
 public:
  void take(std::string_view text, std::string& out);

 private:
  std::uint32_t bits_ = 0;
  int count_ = 0;
};

}  // namespace tollgate::redaction
