// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "neighbours.hpp"
#include "tollgate/redaction/rule_class.hpp"

namespace tollgate::redaction {

/// What a match needs beside its pattern.
enum class Needs : std::uint8_t {
  nothing,
  context,  ///< one of the rule's context words near it, or in the name of its JSON member
  /// such a word, or separators within: a bare number of that length is an everyday thing
  context_or_form,
  member,         ///< such a word in the name of its JSON member
  member_called,  ///< such a word at the end of that name
  alone,          ///< no digits beyond a separator on either side
};

/// How a match goes on behind its pattern. Patterns of unbounded length would be read anew from
/// each place where one could begin; so they have their shortest form, and this says what belongs
/// to it besides.
enum class Tail : std::uint8_t {
  none,
  token,   ///< ASCII letters, digits, '_' and '-'
  dotted,  ///< those and '.'
  base64,  ///< letters, digits and '+', '/', '=', '_', '-', '%', '~', '.'
  value,   ///< all but blanks, quotes, comma, semicolon, '&' and closing brackets
  word,    ///< all but blanks and quotes; only of values that are longer than a block
  /// the rest of the line, or of the string in quotes that the value stands in
  line,
  all,  ///< the rest of the text
  /// base64 in lines, whatever stands between these (marks of a quotation, of strings in a
  /// program), and the line that ends it
  armour,
};

/// How equal values are told, whatever their spelling.
enum class Spelling : std::uint8_t {
  exact,
  any_case,
  compact,  ///< letters and digits only, in any case
};

/// One way to find one class of values. All patterns are RE2's, matched on the normalised text; the
/// first group that took part is the value, the whole match where there is none.
struct Rule {
  /// Of settings, counts and replacements. Several rules may have one name; such rules are
  /// neighbours.
  std::string_view name;
  RuleClass kind = RuleClass::personal;
  std::string_view pattern;
  Beside beside = Beside::no_word;
  Tail tail = Tail::none;
  /// Of a value without a tail that is longer than a block of text.
  Tail beyond_block = Tail::word;
  /// Whether a value of the pattern's form is one. Rules without a tail are also asked about
  /// shorter values with the same begin, longest first. Null: the form is enough.
  bool (*holds)(std::string_view value) = nullptr;
  /// Values with fewer letters and digits need not be asked about.
  std::size_t shortest = 0;
  Needs needs = Needs::nothing;
  std::string_view context;  ///< words with a '|' between, in lower case; whole words in text
  Spelling spelling = Spelling::compact;
  /// What every match of the pattern has, so that texts without it need not be searched: one of
  /// these literals, with a '|' between (empty: none), one of these bytes (empty: any), so many
  /// digits, and a stretch of so many bytes without a blank.
  std::string_view literals = {};
  std::string_view marks = {};
  std::size_t digits = 0;
  std::size_t word = 0;
};

}  // namespace tollgate::redaction
