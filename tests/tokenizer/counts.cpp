// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
//
// tokenizer-counts ENCODING [PIECE]: for each text on standard input, a 32-bit little-endian length
// and the bytes, prints its tokens on a line. With PIECE the text is fed to a TokenCounter that
// many bytes at a time.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "tollgate/tokenizer/tokenizer.hpp"

namespace {

using tollgate::tokenizer::Encoding;

std::size_t count_in_pieces(Encoding encoding, std::string_view text, std::size_t size) {
  tollgate::tokenizer::TokenCounter counter(encoding);
  while (!text.empty()) {
    counter.feed(text.substr(0, size));
    text.remove_prefix(std::min(size, text.size()));
  }
  return counter.finish();
}

bool read_text(std::string& text) {
  unsigned char length[4];
  if (!std::cin.read(reinterpret_cast<char*>(length), sizeof(length))) return false;
  text.resize(length[0] | length[1] << 8 | length[2] << 16 | std::size_t{length[3]} << 24);
  return static_cast<bool>(std::cin.read(text.data(), static_cast<std::streamsize>(text.size())));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name != "o200k_base" && name != "cl100k_base") {
    std::cerr << "usage: tokenizer-counts o200k_base|cl100k_base [PIECE]\n";
    return 2;
  }
  const Encoding encoding = name == "o200k_base" ? Encoding::o200k_base : Encoding::cl100k_base;
  const std::size_t piece = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
  std::ios::sync_with_stdio(false);
  for (std::string text; read_text(text);) {
    using tollgate::tokenizer::count_tokens;
    std::cout << (piece == 0 ? count_tokens(encoding, text)
                             : count_in_pieces(encoding, text, piece))
              << '\n';
  }
}
