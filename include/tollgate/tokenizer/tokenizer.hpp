// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::tokenizer {

/// The vocabularies of the models Azure serves.
enum class Encoding {
  o200k_base,
  cl100k_base,
};

std::string_view to_string(Encoding encoding);

struct EncodingChoice {
  Encoding encoding = Encoding::o200k_base;
  bool known = false;  ///< false: no row of the table fits the model, o200k_base is a guess
};

/// The encoding of a model, also of a dated or fine-tuned one ("gpt-4o-2024-08-06",
/// "ft:gpt-4o:acme"): the longest name of the table that the model begins with decides. ASCII case
/// does not matter.
EncodingChoice encoding_for_model(std::string_view model);

/// Tokens of a text, counted as the reference tokenizer's encode_ordinary does: what looks like a
/// special token is ordinary text. Malformed UTF-8 counts as decoded with U+FFFD for each maximal
/// ill-formed part (Python's errors="replace"). Linear time but for a logarithm, and a few hundred
/// KiB of memory, whatever the text. The first use of an encoding builds its table (once for the
/// process, any thread).
std::size_t count_tokens(Encoding encoding, std::string_view text);

/// Counts a text that arrives in pieces, split anywhere, also within a character. The total is that
/// of the whole. Keeps a few KiB, or the run of letters, digits, signs or spaces that the text ends
/// with when that is longer: until it ends, its tokens are not known.
class TokenCounter {
 public:
  explicit TokenCounter(Encoding encoding) : encoding_(encoding) {}

  void feed(std::string_view piece);

  /// The total. The counter begins anew with the next feed().
  std::size_t finish();

 private:
  void settle();

  Encoding encoding_;
  std::size_t settled_ = 0;  // tokens of the text no longer held
  std::string cut_;          // the beginning of a character that the text so far ends with
  std::string held_;         // well-formed, from the first piece that may still change
  std::size_t look_at_ = 0;  // the held size that is worth another look
};

}  // namespace tollgate::tokenizer
