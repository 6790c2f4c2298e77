// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "every_way.hpp"
#include "outcome_words.hpp"
#include "tollgate/usage/usage_meter.hpp"

namespace tollgate::usage::metered_streams {

/// What the meter makes of an event stream, in words.
inline std::string stream(std::string_view body, bool complete = true) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(BodyShape::server_sent_events);
    for (const std::string_view piece : pieces) meter.feed(piece);
    return words(meter.finish(complete));
  });
}

/// With the generated text counted, as for every answer with status 200.
inline std::string counted_stream(std::string_view body, bool complete = true) {
  return read_every_way(body, [&](const Pieces& pieces) {
    UsageMeter meter(BodyShape::server_sent_events, {.count_text = true, .model = "gpt-4o"});
    for (const std::string_view piece : pieces) meter.feed(piece);
    const UsageOutcome outcome = meter.finish(complete);
    const std::string generated =
        outcome.generated_tokens ? std::to_string(*outcome.generated_tokens) : "none";
    return std::string(to_string(outcome.basis)) + " " + outcome.reason + ", generated " +
           generated + (outcome.in_stream_error ? ", error " : " ") + outcome.error_code;
  });
}

/// An event without a name.
inline std::string message(std::string_view json) {
  return std::string("data: ").append(json).append("\n\n");
}

/// An event whose name stands in its data too; `rest` are the other members.
inline std::string event(std::string_view name, std::string_view rest) {
  return std::string("event: ")
      .append(name)
      .append("\ndata: {\"type\":\"")
      .append(name)
      .append("\",")
      .append(rest)
      .append("}\n\n");
}

inline const std::string kDone = "data: [DONE]\n\n";

}  // namespace tollgate::usage::metered_streams
