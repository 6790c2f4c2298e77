// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Event framing and what is read out of streams: the same whole, byte by byte and in pieces.
#include "splits.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/usage_meter.hpp"

namespace {

using tollgate::usage::UsageOutcome;

/// But for generated_tokens, and for what is said of them: of an event that comes whole the text is
/// found by its ordinary form alone, which in malformed JSON may find what the scanner does not; an
/// estimate's matter. Ordinary events are held to the same count by generated_text_test.
std::string_view reason(const UsageOutcome& outcome) {
  using namespace tollgate::usage;
  return outcome.reason == reason::kErrorAfterContent ? reason::kErrorAnswer
                                                      : std::string_view(outcome.reason);
}

bool same(const UsageOutcome& a, const UsageOutcome& b) {
  return a.tokens == b.tokens && a.basis == b.basis && reason(a) == reason(b) &&
         a.model == b.model && a.finish_reason == b.finish_reason && a.error_code == b.error_code &&
         a.response_id == b.response_id && a.status == b.status && a.terminal == b.terminal &&
         a.in_stream_error == b.in_stream_error;
}

template <class Feed>
UsageOutcome read(tollgate::usage::BodyShape shape, Feed feed) {
  tollgate::usage::UsageMeter meter(shape, {.count_text = true, .model = "gpt-4o"});
  feed(meter);
  return meter.finish(true);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tollgate;
  const std::string_view bytes = fuzz::view(data, size);
  for (const auto shape : {usage::BodyShape::server_sent_events, usage::BodyShape::json}) {
    const auto whole = read(shape, [&](auto& meter) { meter.feed(bytes); });
    const auto split = read(shape, [&](auto& meter) {
      fuzz::in_pieces(bytes, fuzz::seed_of(bytes),
                      [&](std::string_view piece) { meter.feed(piece); });
    });
    const auto single = read(shape, [&](auto& meter) {
      for (const char& c : bytes) meter.feed({&c, 1});
    });
    fuzz::require(same(whole, split) && same(whole, single));
  }
  return 0;
}
