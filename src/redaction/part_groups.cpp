// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "part_groups.hpp"

#include <utility>

#include "json_text.hpp"

namespace tollgate::redaction {

void PartGroups::add(std::size_t array, std::size_t place, std::string text) {
  if (!begins_in(array)) groups_.push_back({array, {}, {}});
  groups_.back().holes.push_back(holes_.size());
  groups_.back().texts.push_back(std::move(text));
  holes_.push_back({place, {}});
}

std::vector<std::string> PartGroups::take_texts() { return std::move(groups_.back().texts); }

void PartGroups::put(std::vector<std::string> texts) {
  const std::vector<std::size_t>& holes = groups_.back().holes;
  for (std::size_t i = 0; i < holes.size(); ++i) holes_[holes[i]].text = std::move(texts[i]);
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
