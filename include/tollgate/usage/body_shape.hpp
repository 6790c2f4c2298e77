// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate::usage {

/// The body grammar an answer is read by.
enum class BodyShape : std::uint8_t {
  json,
  server_sent_events,
  unsure,  ///< the label says nothing sure: the bytes tell (ShapeProbe)
  opaque,
};

/// Chooses the shape from the Content-Type value: an SSE type is `server_sent_events`, a JSON type
/// `json`; other text, mere bytes, lines of JSON and no type are `unsure`, all else `opaque`.
/// Charset parameters and case do not matter.
BodyShape body_shape(std::string_view content_type);

/// Sans-I/O: what the first bytes of a body tell of it, in any split.
class ShapeProbe {
 public:
  /// A body that begins with more blanks than this is `opaque`.
  static constexpr std::size_t kMostBlanks = 4096;

  /// Shows it the next bytes. Gives `json` for what begins as an object or an array,
  /// `server_sent_events` for a field's name or a comment, else `opaque`; nullopt: it takes more.
  /// Not to be called behind an answer.
  std::optional<BodyShape> feed(std::string_view bytes);
  /// All bytes it was shown.
  std::string_view held() const { return held_; }

 private:
  std::string held_;
};

}  // namespace tollgate::usage
