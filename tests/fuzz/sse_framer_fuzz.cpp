// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The framer against a reader that splits the whole stream into lines first, as the standard is
// written.
#include <string>
#include <vector>

#include "splits.hpp"
#include "tollgate/usage/sse_framer.hpp"

namespace {

using Events = std::vector<std::string>;
using tollgate::usage::SseFramer;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    if (end == text.npos) break;  // what no line end ended is no line
    out.emplace_back(text.substr(0, end));
    const bool both = text.substr(end, 2) == "\r\n";
    text.remove_prefix(end + (both ? 2 : 1));
  }
  return out;
}

Events by_the_book(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Events out;
  std::string data;
  bool any = false;
  for (const std::string& line : lines_of(text)) {
    if (line.empty()) {
      if (!data.empty()) out.push_back(data);
      data.clear();
      any = false;
    }
    const std::size_t colon = std::min(line.find(':'), line.size());
    if (line.substr(0, colon) != "data") continue;
    std::string value = line.substr(std::min(colon + 1, line.size()));
    if (value.starts_with(' ')) value.erase(0, 1);
    data.append(any ? "\n" : "").append(value);
    any = true;
  }
  return out;
}

class Reader {
 public:
  void feed(std::string_view bytes) {
    for (;;) {
      const SseFramer::Token token = framer_.next(bytes);
      if (token.kind == SseFramer::Kind::need_more) break;
      tollgate::fuzz::require(!token.raw.empty() && bytes.starts_with(token.raw));
      bytes.remove_prefix(token.raw.size());
      data_.append(token.data);
      if (token.kind != SseFramer::Kind::event && token.kind != SseFramer::Kind::end) continue;
      if (!data_.empty()) events.push_back(data_);
      data_.clear();
    }
    tollgate::fuzz::require(bytes.empty());
  }

  Events events;

 private:
  SseFramer framer_;
  std::string data_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tollgate;
  const std::string_view bytes = fuzz::view(data, size);
  const Events expected = by_the_book(bytes);
  Reader whole;
  whole.feed(bytes);
  Reader split;
  fuzz::in_pieces(bytes, fuzz::seed_of(bytes), [&](std::string_view piece) { split.feed(piece); });
  Reader single;
  for (const char& c : bytes) single.feed({&c, 1});
  fuzz::require(whole.events == expected && split.events == expected && single.events == expected);
  return 0;
}
