// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The head check and the body framing: the end of a head does not depend on how it arrives, and
// what is accepted has one meaning.
#include <string>

#include "splits.hpp"
#include "tollgate/http/body_reader.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/operations/request_target.hpp"

namespace {

using namespace tollgate;

void check_scanner(std::string_view bytes) {
  http::HeadScanner whole;
  const auto verdict = whole.scan(bytes);
  http::HeadScanner grown;
  auto last = http::HeadScanner::Verdict::more;
  for (std::size_t size = 1; size <= bytes.size() && last == http::HeadScanner::Verdict::more;
       ++size) {
    last = grown.scan(bytes.substr(0, size));
  }
  fuzz::require(bytes.empty() || last == verdict);
  if (verdict != http::HeadScanner::Verdict::complete) return;
  fuzz::require(grown.length() == whole.length());
  http::RequestHead head;
  if (http::parse_request_head(bytes.substr(0, whole.length()), {}, head)) return;
  fuzz::require(head.target.find_first_of(" \r\n\t") == std::string_view::npos);
  for (const http::Field& field : head.fields) {
    fuzz::require(!field.name.empty() &&
                  field.value.find_first_of("\r\n\0") == std::string_view::npos);
  }
  (void)operations::parse_target(head.method, head.target);
}

std::string decode(std::string_view bytes, std::uint64_t seed, bool& done, bool& broken) {
  http::BodyReader reader({http::Framing::chunked, 0});
  std::string out;
  fuzz::in_pieces(bytes, seed, [&](std::string_view piece) {
    std::string wire(piece);
    const auto decoded = reader.decode(wire.data(), wire.size());
    out.append(wire, 0, decoded.payload);
  });
  done = reader.done();
  broken = reader.broken();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::view(data, size);
  check_scanner(bytes);
  bool done[2];
  bool broken[2];
  const std::string one = decode(bytes, fuzz::seed_of(bytes), done[0], broken[0]);
  const std::string other = decode(bytes, 7, done[1], broken[1]);
  fuzz::require(one == other && done[0] == done[1] && broken[0] == broken[1]);
  return 0;
}
