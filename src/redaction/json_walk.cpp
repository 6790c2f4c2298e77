// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_walk.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "rule_set.hpp"

namespace tollgate::redaction {
namespace {

/// Longer names are of no interest to rules, and kept for each open level.
constexpr std::size_t kLongestName = 100;

/// What a schema says of a member rather than in it.
constexpr std::array<std::string_view, 5> kSaidOfMembers{"type", "title", "description", "format",
                                                         "pattern"};
/// By which objects name what their `value` is.
constexpr std::array<std::string_view, 4> kLabels{"name", "key", "label", "field"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

JsonWalk::JsonWalk(const Drops& drops, std::string_view outer)
    : drops_(drops), outer_(names_secret(outer) ? outer : std::string_view()) {}

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
    case Kind::key:
      take_key(spelled);
      break;
    default:
      take_value(token, spelled);
      break;
  }
}

std::string_view JsonWalk::member() const {
  return levels_.empty() ? std::string_view() : std::string_view(levels_.back().known_as);
}

void JsonWalk::take_key(std::string_view name) {
  Level& level = levels_.back();
  level.member = name.substr(0, kLongestName);
  level.known_as = known_as(level);
  level.value = drops_.paths().step(level.mask, levels_.size() == 1, name);
  drop_next_ = drop_depth_ == 0 ? drops_.kind(level.value) : DropKind::nothing;
  if (drop_next_ == DropKind::token_ids) drop_next_ = DropKind::nothing;
}

/// Of the value at hand: the secret's name that stands over it. Empty: none does.
std::string_view JsonWalk::secret_over_value(const Level& level) {
  return level.member == "value" && !level.label.empty() ? level.label : level.secret;
}

/// The name that says what kind of secret it is goes last: rules ask what a name ends with.
std::string JsonWalk::known_as(const Level& level) {
  const std::string_view secret = secret_over_value(level);
  if (secret.empty() || (level.schema && is_one_of(kSaidOfMembers, level.member)))
    return level.member;
  std::string out(names_secret(level.member) ? secret : level.member);
  out.push_back(' ');
  return out.append(names_secret(level.member) ? std::string_view(level.member) : secret);
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
  levels_.push_back(level_within(object));
  if (drop_next_ != DropKind::nothing && drop_depth_ == 0) {
    drop_depth_ = levels_.size();
    drop_holds_ = false;
  }
  drop_next_ = DropKind::nothing;
}

JsonWalk::Level JsonWalk::level_within(bool object) const {
  Level out{object};
  out.secret = outer_;
  if (levels_.empty()) return out;
  const Level& around = levels_.back();
  out.mask = around.object ? around.value : around.mask;
  out.member = around.member;
  out.known_as = around.known_as;
  // Of a list its own level has looked at the name.
  const bool named = around.object && names_secret(around.member);
  out.secret = named ? around.member : secret_over_value(around);
  out.properties = object && around.object && around.member == "properties";
  out.schema = around.schema || around.properties;
  return out;
}

void JsonWalk::take_value(const JsonToken& token, std::string_view spelled) {
  Level* const level = levels_.empty() ? nullptr : &levels_.back();
  if (level != nullptr && level->object && token.kind == JsonToken::Kind::text &&
      is_one_of(kLabels, level->member)) {
    level->label = names_secret(spelled) ? spelled.substr(0, kLongestName) : std::string_view();
  }
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
