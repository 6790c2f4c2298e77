// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
//
// bench-tokenizer FILE...: what loading an encoding takes, and the MB/s of counting each file and
// all of them as one text, on one core.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tollgate/tokenizer/tokenizer.hpp"

namespace {

using tollgate::tokenizer::count_tokens;
using tollgate::tokenizer::Encoding;

constexpr double kRoundSeconds = 0.4;

/// Of this process on its core, whatever else the machine does.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void measure(Encoding encoding, const std::string& name, const std::string& text) {
  std::size_t tokens = 0;
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const double start = cpu_seconds();
    std::size_t bytes = 0;
    while (cpu_seconds() - start < kRoundSeconds) {
      tokens = count_tokens(encoding, text);
      bytes += text.size();
    }
    best = std::max(best, static_cast<double>(bytes) / (cpu_seconds() - start) / 1e6);
  }
  std::printf("%-12s %-36s %8zu bytes %7zu tokens %6.1f MB/s\n", to_string(encoding).data(),
              name.c_str(), text.size(), tokens, best);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> texts;
  std::string all;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    all += texts.back();
  }
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const double start = cpu_seconds();
    count_tokens(encoding, " ");
    std::printf("%-12s loaded in %.1f ms\n", to_string(encoding).data(),
                (cpu_seconds() - start) * 1e3);
    for (std::size_t i = 0; i < texts.size(); ++i) measure(encoding, argv[i + 1], texts[i]);
    measure(encoding, "all", all);
  }
}
