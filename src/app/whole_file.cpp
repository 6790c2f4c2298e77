// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "whole_file.hpp"

#include <algorithm>
#include <fstream>

#include "tollgate/base/file_fault.hpp"

namespace tollgate::app {

Result<std::string> read_whole_file(const std::string& path, std::size_t limit) {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  if (const auto fault = file_fault(path)) return Error{Errc::invalid_input, path + " " + *fault};
  std::ifstream file(path, std::ios::binary);
  std::string text;
  while (file && text.size() <= limit) {
    const std::size_t size = text.size();
    text.resize(size + std::min(kPiece, limit + 1 - size));
    file.read(text.data() + size, static_cast<std::streamsize>(text.size() - size));
    text.resize(size + static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) return Error{Errc::storage, path + " could not be read to its end"};
  if (text.size() > limit)
    return Error{Errc::invalid_input, path + " has more than " + std::to_string(limit >> 20U) +
                                          " MiB, which is the most that is read"};
  return text;
}

}  // namespace tollgate::app
