// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "tollgate/redaction/replacer.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::redaction {

/// Takes the values that rules find out of a body, in steps. Of a JSON text every string is
/// searched as what it spells, members' names and numbers of six digits and more as well; what is
/// replaced is written as a JSON string, everything else stays to the byte. So:
/// - a string that holds JSON itself (the arguments of a tool) is treated as JSON, four deep;
/// - the `text` members of one array's objects (the parts of one message) are searched as one; so
///   are the strings of one array that have at most eight bytes;
/// - an array of characters' codes is searched as what it spells, and becomes a string if it holds
///   a value;
/// - a string that is a file in base64, a data URL for one, becomes its type, size and SHA-256;
/// - a member at one of the dropped paths becomes "[DROPPED]", whatever it held.
/// What is no JSON is searched as text; so is JSON that nests deeper than 1,000 levels.
///
/// Linear. Holds the body, the result, the texts of the array at hand and what TextRedaction does.
class JsonRedaction {
 public:
  /// `rules` and `replacer` outlive it.
  JsonRedaction(const Rules& rules, Replacer& replacer, std::string body);
  /// Of a body that strict readers have found to be JSON: it is not checked before. Should it be
  /// none all the same, it is searched as text.
  static JsonRedaction of_json(const Rules& rules, Replacer& replacer, std::string body);
  JsonRedaction(JsonRedaction&&) noexcept;
  ~JsonRedaction();

  /// Goes on for about so many bytes; one string is decoded in one go, however long. True: it has
  /// ended.
  bool step(std::size_t bytes = 64 * 1024);
  /// Once it has ended.
  std::string take();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The same in one go.
std::string redact_json(const Rules& rules, Replacer& replacer, std::string body);

}  // namespace tollgate::redaction
