// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drops.hpp"
#include "json_ahead.hpp"
#include "json_tokens.hpp"
#include "member_name.hpp"
#include "schema_places.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::redaction {

/// The member of an array's objects that a value is: texts of one array are read as one.
enum class PartKind : std::uint8_t {
  none,
  text,  ///< pieces of a text, with their blanks
  word,  ///< words of a text, without the blanks between them
};

/// Where in a JSON text its tokens stand: in which member, at which of the dropped paths, in which
/// array of objects. Fed with each token in order.
class JsonWalk {
 public:
  /// `outer`: the member whose value the text is; empty: none's. `place`: the text's own.
  JsonWalk(const Drops& drops, std::string_view outer, SchemaPlace place);

  /// `spelled`: what a key or string spells; of other tokens how they are written.
  void take(const JsonToken& token, std::string_view spelled);
  /// What the value of the key that was taken last is depends on what comes behind it: look() until
  /// it does not any more, before the next token.
  bool looks_ahead() const { return looks_; }
  /// Reads one token of that. `rest`: the tokens behind the key, all the while. Returns its bytes.
  std::size_t look(const JsonTokens& rest);
  /// The value at hand is, or is within, a dropped member's. Keys within it are, too. What holds
  /// nothing (null, "", [] and {}) need not be dropped: of the last two that is known at their end.
  bool dropped() const { return drop_depth_ > 0 || drop_scalar_; }
  /// The token ended a dropped member's value.
  bool drop_ended() const { return drop_ended_; }
  /// What the value at hand is known as: the name of its member (member_name()), through arrays.
  /// Below a member that names a secret, that name stands beside it, so that what is told of a
  /// password is told of all that is in {"password":{...}}; {"name":"password","value":"x"} is one,
  /// too, in either order. Not of what a JSON schema says of such a member.
  std::string_view member() const;
  /// Whether that names a secret.
  bool at_secret() const;
  /// Whether the value at hand is such a member of an object in an array.
  PartKind part() const;
  /// The array in which that object is, by its depth.
  std::size_t array_of_part() const { return levels_.size() - 1; }
  /// The array that the value at hand is an element of, by its depth; 0: it is not.
  std::size_t array() const;
  /// The array that the token ended, by its depth; 0: it ended none.
  std::size_t ended_array() const { return ended_array_; }
  /// Whether an array that ended is one of token ids if it holds whole numbers (DropKind).
  bool may_be_token_ids() const { return may_be_token_ids_; }

 private:
  struct Level {
    bool object = false;
    usage::JsonPaths::Mask mask = 0;             ///< of the container
    SchemaPlace place = SchemaPlace::elsewhere;  ///< of the container
    std::string member = {};              ///< an object's: at hand; an array's: whose value it is
    std::string known_as = {};            ///< the value at hand
    std::string secret = {};              ///< the name of one that the container is in; empty: none
    std::string labels = {};              ///< what an object's members so far call its value
    std::string label = {};               ///< the name of a secret among those and what is ahead
    bool typed = false;                   ///< a member has said the type `object`
    bool looked = false;                  ///< all that is ahead in it is known
    MemberRole role = MemberRole::other;  ///< of the member at hand
    usage::JsonPaths::Mask value = 0;     ///< an object's: of the member at hand
    mutable std::optional<bool> at_secret = {};  ///< whether known_as names one; asked for numbers
  };

  void open(const JsonToken& token);
  void close();
  void take_value(const JsonToken& token, std::string_view spelled);
  void take_key(std::string_view name);
  void take_label(std::string_view spelled);
  static void sort_labels(Level& level);
  static void take_facts(Level& level, const ObjectFacts& facts);

  static bool needs_look(const Level& level);
  static std::string_view secret_over_value(const Level& level);
  static std::string known_as(const Level& level);
  Level level_within(const JsonToken& token) const;

  const Drops& drops_;
  std::string outer_;
  SchemaPlace place_;
  std::vector<Level> levels_;
  bool looks_ = false;
  std::optional<JsonAhead> ahead_;          ///< of an object that is open
  std::size_t ahead_depth_ = 0;             ///< that object's
  std::size_t drop_depth_ = 0;              ///< of a dropped container that is open
  bool drop_holds_ = false;                 ///< something is in it
  DropKind drop_next_ = DropKind::nothing;  ///< of the last key's value
  bool drop_scalar_ = false;
  bool drop_ended_ = false;
  std::size_t ended_array_ = 0;
  bool may_be_token_ids_ = false;
};

}  // namespace tollgate::redaction
