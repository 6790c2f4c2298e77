// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::usage {

/// The text of a stream so far, for the case that nobody else will say how many tokens it was. Kept
/// as it comes and counted only when asked, or in pieces of kMostKept when it grows: most streams
/// report their usage and are never counted. Memory and the time for a piece are bounded as
/// TokenCounter's are.
class GeneratedText {
 public:
  /// `model_hint` outlives this object; the encoding is that of the answer's own model where it
  /// names one.
  explicit GeneratedText(std::string_view model_hint) : model_hint_(model_hint) {}

  void add(std::string_view text);
  /// The arguments and names in a delta's `tool_calls`, as JSON.
  void add_tool_calls(std::string_view json);

  bool any() const { return counter_.has_value() || !kept_.empty(); }
  /// Tokens of everything added; nullopt when there was nothing.
  std::optional<std::int64_t> count(std::string_view model);
  /// That count was not exact: there was more text than is looked at.
  bool by_rate() const { return counter_ && counter_->by_rate(); }

 private:
  static constexpr std::size_t kMostKept = 32 * 1024;

  void count_kept(std::string_view model);

  std::string_view model_hint_;
  std::string kept_;
  std::optional<tokenizer::TokenCounter> counter_;
};

}  // namespace tollgate::usage
