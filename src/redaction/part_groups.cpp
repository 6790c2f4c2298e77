// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "part_groups.hpp"

#include <utility>

#include "json_text.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::redaction {
namespace {

/// Letters of other scripts are bytes from 0x80 on.
bool is_of_a_word(char c) {
  const char lower = ascii_lower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

PartGroups::Group& PartGroups::group_of(std::size_t array, PartKind kind) {
  for (auto at = groups_.rbegin(); at != groups_.rend() && at->array == array; ++at) {
    if (at->kind == kind) return *at;
  }
  return groups_.emplace_back(Group{array, kind, {}, {}});
}

void PartGroups::add(std::size_t array, PartKind kind, std::size_t place, std::string text) {
  Group& group = group_of(array, kind);
  group.holes.push_back(holes_.size());
  group.texts.push_back(std::move(text));
  holes_.push_back({place, {}});
}

std::vector<std::string> PartGroups::take_texts() {
  if (groups_.back().kind == PartKind::word) part_words(groups_.back());
  return std::move(groups_.back().texts);
}

/// `4111`, `1111` are two words; `jane`, `@`, `example.`, `com` are one.
void PartGroups::part_words(Group& group) {
  for (std::size_t i = 0; i + 1 < group.texts.size(); ++i) {
    std::string& word = group.texts[i];
    if (!is_of_a_word(word.back()) || !is_of_a_word(group.texts[i + 1].front())) continue;
    word.push_back(' ');
    holes_[group.holes[i]].blank = true;
  }
}

void PartGroups::put(std::vector<std::string> texts) {
  const std::vector<std::size_t>& holes = groups_.back().holes;
  for (std::size_t i = 0; i < holes.size(); ++i) {
    Hole& hole = holes_[holes[i]];
    hole.text = std::move(texts[i]);
    // Within a value it has gone with that.
    if (hole.blank && hole.text.ends_with(' ')) hole.text.pop_back();
  }
  groups_.pop_back();
}

std::string PartGroups::fill(std::string output) const {
  if (holes_.empty()) return output;
  std::string out;
  std::size_t copied = 0;
  for (const Hole& hole : holes_) {
    out.append(output, copied, hole.place - copied);
    out += encode_json_text(hole.text);
    copied = hole.place;
  }
  return out.append(output, copied);
}

}  // namespace tollgate::redaction
