// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "bounded_input.hpp"

#include <algorithm>
#include <string>

namespace tollgate::app {

Result<std::string> bounded_input(std::FILE* input, std::size_t most) {
  constexpr std::size_t kPiece = 64 * 1024;
  std::string out;
  for (std::size_t asked = 1, read = 1; asked > 0 && read == asked;) {
    const std::size_t size = out.size();
    asked = std::min(kPiece, most + 1 - size);
    out.resize(size + asked);
    read = std::fread(out.data() + size, 1, asked, input);
    out.resize(size + read);
  }
  if (std::ferror(input) != 0)
    return Error{Errc::storage, "standard input could not be read to its end"};
  if (out.size() > most)
    return Error{Errc::too_large, "standard input has more than " + std::to_string(most) +
                                      " bytes: nothing of it is written"};
  return out;
}

}  // namespace tollgate::app
