// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/usage/json_path_scanner.hpp"
#include "tollgate/usage/sse_framer.hpp"

namespace tollgate::usage {

/// Sans-I/O: gathers the ids at declared places of one answer, whole JSON or the events of a
/// stream, in any split: at most kMostParts of them. What is not well-formed to its end says
/// nothing.
class AnswerIds {
 public:
  /// `places` outlives it.
  explicit AnswerIds(const JsonPaths& places) : scanner_(places) {}

  /// The next bytes of an answer that is one JSON text, or of the first of several.
  void feed_json(std::string_view bytes) { scanner_.feed(bytes); }
  /// That text has ended; what follows are events.
  void end_json() { end_text(); }
  /// The next bytes of an answer that is a stream.
  void feed_events(std::string_view bytes);
  /// Call once, at the end.
  std::vector<std::string> take();

 private:
  void end_text();

  JsonPathScanner scanner_;
  SseFramer framer_;
  std::vector<std::string> ids_;
};

}  // namespace tollgate::usage
