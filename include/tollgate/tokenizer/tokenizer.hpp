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
/// KiB of memory beside a copy of text that is malformed. The first use of an encoding builds its
/// table (once for the process, any thread).
std::size_t count_tokens(Encoding encoding, std::string_view text);

/// Counts a text that arrives in pieces, split anywhere, also within a character. The total is that
/// of the whole, within two bounds that no text of a model reaches: beyond kLongestRun bytes
/// without a break (the tokens of a run of letters, say, are not known before its end) the rest of
/// the run, and beyond kMostCounted bytes the rest of the text, is counted at the rate of what came
/// before. So it keeps a few KiB, and takes at most about a millisecond for a piece of 32 KiB,
/// whatever the text.
class TokenCounter {
 public:
  static constexpr std::size_t kLongestRun = 32 * 1024;
  static constexpr std::size_t kMostCounted = 4 * 1024 * 1024;

  explicit TokenCounter(Encoding encoding) : encoding_(encoding) {}

  void feed(std::string_view piece);
  /// Some of the text was counted at a rate, so that the total is not exact; stays so.
  bool by_rate() const { return rated_; }

  /// The total. The counter begins anew with the next feed().
  std::size_t finish();

 private:
  struct Rate {
    std::size_t tokens = 0;
    std::size_t bytes = 0;
  };

  void settle();
  void begin_long_run();
  void go_on_in_run();
  void count_at(const Rate& rate, std::size_t bytes);

  Encoding encoding_;
  bool rated_ = false;
  bool in_long_run_ = false;  // what is held goes on with a run that passed kLongestRun
  Rate run_;                  // of that run's beginning
  std::size_t taken_ = 0;     // bytes of the text no longer held
  std::size_t settled_ = 0;   // tokens of the text no longer held
  std::string cut_;           // the beginning of a character that the text so far ends with
  std::string held_;          // well-formed, from the first piece that may still change
  std::size_t look_at_ = 0;   // the held size that is worth another look
};

}  // namespace tollgate::tokenizer
