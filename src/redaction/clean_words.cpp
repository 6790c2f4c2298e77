// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "clean_words.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "tollgate/redaction/api_word.hpp"

namespace tollgate::redaction {
namespace {

bool is_word(std::string_view text) {
  return text.size() <= CleanWords::kLongest && is_api_word(text);
}

/// What the set holds of a word and its member's name, in room that is given.
std::string_view entry(std::string_view member, std::string_view word,
                       std::array<char, 2 * CleanWords::kLongest + 1>& room) {
  member.copy(room.data(), member.size());
  room[member.size()] = '\0';
  word.copy(room.data() + member.size() + 1, word.size());
  return {room.data(), member.size() + 1 + word.size()};
}

}  // namespace

bool CleanWords::has(std::string_view member, std::string_view word) const {
  if (word.size() > kLongest || member.size() > kLongest) return false;
  std::array<char, 2 * kLongest + 1> room;
  const std::string_view looked_for = entry(member, word, room);
  const std::shared_lock lock(mutex_);
  return words_.contains(looked_for);
}

void CleanWords::add(std::string_view member, std::string_view word) {
  if (member.size() > kLongest || !is_word(word)) return;
  std::array<char, 2 * kLongest + 1> room;
  const std::string_view added = entry(member, word, room);
  const std::unique_lock lock(mutex_);
  if (words_.size() >= kMost) words_.clear();
  words_.emplace(added);
}

}  // namespace tollgate::redaction
