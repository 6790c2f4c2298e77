// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json_tokens.hpp"

namespace tollgate::redaction {

/// What an object's members say together, wherever in it they stand.
struct ObjectFacts {
  std::string label;    ///< the name of a secret that its value has (MemberRole); empty: none
  bool schema = false;  ///< it is a JSON schema by its shape
};

/// Reads from a member's name to the end of that member's object, for what the rest of it and the
/// objects within say of their members: `{"value":"x","name":"password"}` says it too late for who
/// reads the tokens in order. A JSON schema by its shape has the type `object` beside properties,
/// each of which has a type of JSON schema or refers to one.
class JsonAhead {
 public:
  /// `rest`: behind that name. `typed`: a member before it has said the type `object`.
  JsonAhead(const JsonTokens& rest, std::string_view name, bool typed);

  /// Takes one token. Returns its bytes and those of the blanks before it.
  std::size_t step();
  /// It has read to the object's end, or to where the text is no JSON.
  bool done() const { return frames_.empty(); }
  /// Of the object that it began in, from that name on. REQUIRES: done().
  const ObjectFacts& outermost() const { return outermost_; }
  /// Of an object within, by where it begins. REQUIRES: done().
  ObjectFacts of(std::size_t begin) const;

 private:
  /// What the member at hand is to its object.
  enum class Member : std::uint8_t { other, label, type, properties };
  /// An object or array that is open.
  struct Frame {
    std::size_t begin = 0;
    bool object = false;
    Member member = Member::other;
    JsonToken label = {};    ///< of those that name a secret, the one that says most
    bool labelled = false;   ///< there is one
    bool typed = false;      ///< it has the type `object`
    bool describes = false;  ///< it is what a schema says of a value
    bool schemas = true;     ///< each member is what a schema says of a value
    bool empty = true;
    bool properties = false;  ///< it has properties that are schemas
  };
  /// What is kept of objects within: bodies are shorter than 4 GiB.
  struct Kept {
    std::uint32_t begin = 0;
    std::uint32_t label = 0;  ///< where it is spelled; 0: there is none
    std::uint32_t label_end = 0;
    bool schema = false;
  };

  void take(const JsonToken& token);
  void open(const JsonToken& token);
  static Member role_in_frame(std::string_view name);
  void take_key(std::string_view name);
  void take_text(const JsonToken& token);
  void close();
  static bool is_schema(const Frame& frame) { return frame.typed && frame.properties; }
  std::string label_of(const JsonToken& token) const;

  JsonTokens tokens_;
  std::size_t at_;
  std::vector<Frame> frames_;
  std::vector<Kept> kept_;  ///< by where they begin, once all is read
  ObjectFacts outermost_;
};

}  // namespace tollgate::redaction
