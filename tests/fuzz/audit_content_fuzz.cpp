// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Bodies as they are audited: within their bound, and JSON where they say so, in both forms; where
// nothing is cut the same whole, byte by byte and in pieces.
#include <limits>
#include <string>

#include <nlohmann/json.hpp>

#include "splits.hpp"
#include "tollgate/audit/answer_assembly.hpp"
#include "tollgate/audit/answer_facts.hpp"
#include "tollgate/audit/binary_parts.hpp"
#include "tollgate/audit/genai_messages.hpp"
#include "tollgate/audit/request_content.hpp"

namespace {

using namespace tollgate;
using nlohmann::json;

/// No input is as long.
constexpr std::size_t kRoomy = std::numeric_limits<std::size_t>::max() / 16;

template <class Feed>
audit::AssembledAnswer answer(std::string_view type, std::size_t most, Feed feed) {
  audit::AnswerAssembly assembly(type, most);
  feed(assembly);
  return assembly.finish(true);
}

bool same(const audit::AssembledAnswer& a, const audit::AssembledAnswer& b) {
  return a.body == b.body && a.json == b.json && a.streamed == b.streamed &&
         a.truncated == b.truncated;
}

void expect_answer(std::string_view bytes, std::string_view type, std::size_t most) {
  const auto whole = answer(type, most, [&](auto& assembly) { assembly.feed(bytes); });
  const auto split = answer(type, most, [&](auto& assembly) {
    fuzz::in_pieces(bytes, fuzz::seed_of(bytes),
                    [&](std::string_view piece) { assembly.feed(piece); });
  });
  const auto single = answer(type, most, [&](auto& assembly) {
    for (const char& c : bytes) assembly.feed({&c, 1});
  });
  if (most == kRoomy) fuzz::require(same(whole, split) && same(whole, single));
  fuzz::require(whole.body.size() <= most);
  fuzz::require(!whole.json || json::accept(whole.body));
  fuzz::require(json::accept(audit::genai_response(whole.body)));
  (void)audit::answer_facts(whole.body);
}

void expect_request(std::string_view bytes, std::size_t most) {
  const audit::RequestContent whole = audit::request_content("application/json", bytes, most);
  audit::RequestText pieces(most);
  fuzz::in_pieces(bytes, fuzz::seed_of(bytes), [&](std::string_view piece) { pieces.feed(piece); });
  const audit::RequestContent split = pieces.finish();
  fuzz::require(most != kRoomy || (whole.text == split.text && whole.json == split.json &&
                                   whole.truncated == split.truncated));
  fuzz::require(whole.text.size() <= most && (!whole.json || json::accept(whole.text)));
  fuzz::require(json::accept(audit::genai_request(whole.text)));
}

void expect_no_file_where_none_can_be(std::string_view bytes) {
  if (audit::may_hold_file(bytes)) return;
  audit::BinaryParts parts;
  std::string out;
  parts.feed(bytes, out);
  parts.finish(out);
  fuzz::require(out == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::view(data, size);
  for (const std::size_t most : {std::size_t{100}, kRoomy}) {
    expect_answer(bytes, "text/event-stream", most);
    expect_answer(bytes, "application/json", most);
    expect_request(bytes, most);
  }
  expect_no_file_where_none_can_be(bytes);
  return 0;
}
