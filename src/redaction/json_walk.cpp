// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_walk.hpp"

namespace tollgate::redaction {
namespace {

/// Longer names are of no interest to rules, and kept for each open level.
constexpr std::size_t kLongestName = 100;

}  // namespace

void JsonWalk::take(const JsonToken& token, std::string_view name) {
  using Kind = JsonToken::Kind;
  drop_ended_ = drop_scalar_ = false;
  ended_array_ = 0;
  switch (token.kind) {
    case Kind::open_object:
    case Kind::open_array:
      open(token.kind == Kind::open_object);
      break;
    case Kind::close_object:
    case Kind::close_array:
      close();
      break;
    case Kind::key: {
      Level& level = levels_.back();
      level.member = name.substr(0, kLongestName);
      level.value = drops_.step(level.mask, levels_.size() == 1, name);
      drop_next_ = drop_depth_ == 0 && drops_.wanted(level.value);
      break;
    }
    default:
      drop_ended_ = drop_scalar_ = drop_next_;
      drop_next_ = false;
      break;
  }
}

std::string_view JsonWalk::member() const {
  return levels_.empty() ? std::string_view() : std::string_view(levels_.back().member);
}

std::size_t JsonWalk::array_of_part() const {
  const bool part = levels_.size() >= 2 && levels_.back().object &&
                    levels_.back().member == "text" && !levels_[levels_.size() - 2].object;
  return part ? levels_.size() - 1 : 0;
}

std::size_t JsonWalk::array() const {
  return levels_.empty() || levels_.back().object ? 0 : levels_.size();
}

void JsonWalk::open(bool object) {
  Level level{object};
  if (!levels_.empty()) {
    level.mask = levels_.back().object ? levels_.back().value : levels_.back().mask;
    level.member = levels_.back().member;
  }
  levels_.push_back(std::move(level));
  if (drop_next_ && drop_depth_ == 0) drop_depth_ = levels_.size();
  drop_next_ = false;
}

void JsonWalk::close() {
  if (drop_depth_ == levels_.size()) {
    drop_depth_ = 0;
    drop_ended_ = true;
  }
  if (!levels_.back().object) ended_array_ = levels_.size();
  levels_.pop_back();
}

}  // namespace tollgate::redaction
