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

/// Whether a line begins with a field of an event stream by its documented name, or is a comment. A
/// name without a colon is the whole line; `ended`: nothing of it is to come.
bool is_event_line(std::string_view line, bool ended = true);

/// Sans-I/O: what the first bytes of a body tell of it, in any split.
class ShapeProbe {
 public:
  /// What is looked at, and held while nothing in it tells. A body that begins with more blanks is
  /// what its label says.
  static constexpr std::size_t kMostHeld = 4096;

  /// `label`: what the body's type calls it.
  explicit ShapeProbe(BodyShape label = BodyShape::unsure) : label_(label) {}

  /// Shows it the next bytes. Gives `json` for what begins as an object or an array; for all else
  /// that is called so, and for a line that is_event_line(), behind unknown fields or not,
  /// `server_sent_events`; else `opaque`; nullopt: it takes more. Not to be called behind an answer.
  std::optional<BodyShape> feed(std::string_view bytes);
  /// All bytes it was shown; behind an answer only while the bytes shown last are there.
  std::string_view held() const { return held_.empty() ? shown_ : std::string_view(held_); }

 private:
  std::optional<BodyShape> tell(std::string_view shown) const;

  BodyShape label_;
  std::string held_;
  std::string_view shown_;  ///< last, where they were the first
};

}  // namespace tollgate::usage
