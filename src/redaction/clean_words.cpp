// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "clean_words.hpp"

#include <algorithm>
#include <mutex>

namespace tollgate::redaction {
namespace {

bool is_word(std::string_view text) {
  constexpr std::string_view kMarks = "_.:/-";
  return text.size() <= CleanWords::kLongest && std::ranges::all_of(text, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || kMarks.find(c) != kMarks.npos;
         });
}

std::string entry(std::string_view member, std::string_view word) {
  std::string out;
  out.reserve(member.size() + 1 + word.size());
  return out.append(member).append(1, '\0').append(word);
}

}  // namespace

bool CleanWords::has(std::string_view member, std::string_view word) const {
  if (word.size() > kLongest || member.size() > kLongest) return false;
  const std::string looked_for = entry(member, word);
  const std::shared_lock lock(mutex_);
  return words_.contains(looked_for);
}

void CleanWords::add(std::string_view member, std::string_view word) {
  if (member.size() > kLongest || !is_word(word)) return;
  std::string added = entry(member, word);
  const std::unique_lock lock(mutex_);
  if (words_.size() >= kMost) words_.clear();
  words_.insert(std::move(added));
}

}  // namespace tollgate::redaction
