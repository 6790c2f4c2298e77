// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The stripper only ever takes bytes out, and the same ones however the stream is split.
#include <string>

#include "splits.hpp"
#include "tollgate/usage/usage_stripper.hpp"

namespace {

template <class Feed>
std::string strip(Feed feed) {
  tollgate::usage::UsageStripper stripper;
  std::string out;
  feed(stripper, out);
  stripper.finish(out);
  return out;
}

bool is_subsequence(std::string_view part, std::string_view whole) {
  std::size_t at = 0;
  for (const char c : whole) {
    if (at < part.size() && part[at] == c) ++at;
  }
  return at == part.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tollgate;
  const std::string_view bytes = fuzz::view(data, size);
  const std::string whole =
      strip([&](auto& stripper, std::string& out) { stripper.feed(bytes, out); });
  const std::string split = strip([&](auto& stripper, std::string& out) {
    fuzz::in_pieces(bytes, fuzz::seed_of(bytes),
                    [&](std::string_view piece) { stripper.feed(piece, out); });
  });
  fuzz::require(whole == split);
  fuzz::require(is_subsequence(whole, bytes));
  if (bytes.find("usage") == std::string_view::npos) fuzz::require(whole == bytes);
  return 0;
}
