// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tollgate/audit/answer_assembly.hpp"
#include "usage/every_way.hpp"

namespace tollgate::audit {

inline constexpr std::string_view kEventStream = "text/event-stream; charset=utf-8";
inline constexpr std::size_t kRoomy = 1'000'000;

/// What an assembled answer is, in a form that compares and prints.
struct Assembled {
  std::string body;
  std::string flags;  ///< of json, streamed, truncated

  bool operator==(const Assembled&) const = default;
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

inline void PrintTo(const Assembled& answer, std::ostream* out) {
  *out << answer.flags << ": " << answer.body.substr(0, 2000);
}

/// Assembled from pieces of every kind, with the same outcome each time.
inline Assembled assembled(std::string_view body, std::string_view type = kEventStream,
                           std::size_t max_bytes = kRoomy, bool whole = true) {
  return usage::read_every_way(body, [&](const usage::Pieces& pieces) {
    AnswerAssembly assembly(type, max_bytes);
    for (const std::string_view piece : pieces) assembly.feed(piece);
    const AssembledAnswer answer = assembly.finish(whole);
    return Assembled{answer.body, std::string(answer.json ? "json " : "text ") +
                                      (answer.streamed ? "streamed " : "plain ") +
                                      (answer.truncated ? "truncated" : "all")};
  });
}

/// An event without a name.
inline std::string data_event(std::string_view json) {
  return std::string("data: ").append(json).append("\n\n");
}

/// An event whose name stands in its data, too; `rest` are the other members.
inline std::string typed_event(std::string_view name, std::string_view rest) {
  std::string out = "event: ";
  out.append(name).append("\ndata: {\"type\":\"").append(name).append("\"");
  if (!rest.empty()) out.append(",").append(rest);
  return out.append("}\n\n");
}

}  // namespace tollgate::audit
