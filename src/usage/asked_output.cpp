// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/asked_output.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "tollgate/base/text.hpp"

namespace tollgate::usage {
namespace {

constexpr std::array<std::string_view, 3> kCaps{"max_completion_tokens", "max_output_tokens",
                                                "max_tokens"};
constexpr std::array<std::string_view, 2> kChoices{"n", "best_of"};
constexpr std::string_view kBlanks = " \t\r\n";

template <std::size_t N>
const std::string_view* find(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto* const found = std::find_if(
      names.begin(), names.end(), [name](std::string_view one) { return iequals(one, name); });
  return found == names.end() ? nullptr : found;
}

/// A whole number from 0 on; nullopt: it is none.
std::optional<std::int64_t> whole_number(std::string_view value) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  const bool whole = error == std::errc() && end == value.data() + value.size() && out >= 0;
  return whole ? std::optional(out) : std::nullopt;
}

/// Commas of a list that stand in no text and in no list within it.
std::int64_t count_commas(std::string_view list) {
  std::int64_t out = 0;
  int depth = 0;
  bool in_text = false;
  for (std::size_t at = 0; at < list.size(); ++at) {
    const char c = list[at];
    if (c == '"') in_text = !in_text;
    if (in_text) {
      at += c == '\\' ? 1 : 0;
      continue;
    }
    depth += c == '[' || c == '{' ? 1 : 0;
    depth -= c == ']' || c == '}' ? 1 : 0;
    out += c == ',' && depth == 1 ? 1 : 0;
  }
  return out;
}

}  // namespace

std::optional<std::int64_t> AskedOutput::most() const {
  if (!cap) return std::nullopt;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  return *cap > kMost / std::max<std::int64_t>(answers, 1) ? std::nullopt
                                                           : std::optional(*cap * answers);
}

void AskedOutputReader::take(std::string_view name, std::string_view value) {
  if (value == "null") return;
  if (name == "prompt") {
    prompts_ = std::max(prompts_, count_prompts(value));
    return;
  }
  const std::optional<std::int64_t> number = whole_number(value);
  if (const std::string_view* const cap = find(kCaps, name); cap != nullptr) {
    // Of two the larger one, also where one member stands twice: whichever the backend takes.
    sure_ = sure_ && number && *cap == name;
    cap_ = std::max(cap_, number.value_or(-1));
  } else if (find(kChoices, name) != nullptr) {
    choices_ = std::max(choices_, number.value_or(1));
  }
}

AskedOutput AskedOutputReader::result() const {
  AskedOutput out;
  if (sure_ && cap_ >= 0) out.cap = cap_;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  out.answers = choices_ > kMost / prompts_ ? kMost : choices_ * prompts_;
  return out;
}

std::int64_t count_prompts(std::string_view value) {
  if (!value.starts_with('[')) return 1;
  const std::size_t first = value.find_first_not_of(kBlanks, 1);
  const char begins = first == std::string_view::npos ? ']' : value[first];
  if (begins != '"' && begins != '[') return 1;
  if (value.size() > kLongestPromptList) return kMostPrompts;
  return 1 + count_commas(value);
}

}  // namespace tollgate::usage
