// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_walk.hpp"

namespace tollgate::redaction {
namespace {

/// Longer names are of no interest to rules, and kept for each open level.
constexpr std::size_t kLongestName = 100;

}  // namespace

void JsonWalk::take(const JsonToken& token, std::string_view spelled) {
  using Kind = JsonToken::Kind;
  drop_ended_ = drop_scalar_ = false;
  const bool closes = token.kind == Kind::close_object || token.kind == Kind::close_array;
  drop_holds_ = drop_holds_ || !closes;
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
      level.member = spelled.substr(0, kLongestName);
      level.value = drops_.paths().step(level.mask, levels_.size() == 1, spelled);
      drop_next_ = drop_depth_ == 0 ? drops_.kind(level.value) : DropKind::nothing;
      if (drop_next_ == DropKind::token_ids) drop_next_ = DropKind::nothing;
      break;
    }
    default:
      take_value(token, spelled);
      break;
  }
}

std::string_view JsonWalk::member() const {
  return levels_.empty() ? std::string_view() : std::string_view(levels_.back().member);
}

PartKind JsonWalk::part() const {
  const bool in_array =
      levels_.size() >= 2 && levels_.back().object && !levels_[levels_.size() - 2].object;
  if (!in_array) return PartKind::none;
  if (levels_.back().member == "text") return PartKind::text;
  return levels_.back().member == "word" ? PartKind::word : PartKind::none;
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
  if (drop_next_ != DropKind::nothing && drop_depth_ == 0) {
    drop_depth_ = levels_.size();
    drop_holds_ = false;
  }
  drop_next_ = DropKind::nothing;
}

void JsonWalk::take_value(const JsonToken& token, std::string_view spelled) {
  const bool empty = token.kind == JsonToken::Kind::text ? spelled.empty() : spelled == "null";
  drop_ended_ = drop_scalar_ = drop_next_ == DropKind::value && !empty;
  drop_next_ = DropKind::nothing;
}

void JsonWalk::close() {
  if (drop_depth_ == levels_.size()) {
    drop_depth_ = 0;
    drop_ended_ = drop_holds_;
  } else if (!levels_.back().object && drop_depth_ == 0) {
    ended_array_ = levels_.size();
    may_be_token_ids_ = drops_.kind(levels_.back().mask) == DropKind::token_ids;
  }
  levels_.pop_back();
}

}  // namespace tollgate::redaction
