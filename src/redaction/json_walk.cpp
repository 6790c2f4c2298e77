// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_walk.hpp"

#include <algorithm>
#include <utility>

#include "rule_set.hpp"

namespace tollgate::redaction {
namespace {

/// Shorter texts name no secret.
constexpr std::size_t kShortestLabel = 6;
/// Labels of one object that have not been looked through are kept up to this.
constexpr std::size_t kMostLabels = 1024;
constexpr char kBetweenLabels = '\n';

/// The name that says more of what goes, or the nearer one where they say alike.
std::string_view stronger(std::string_view nearer, std::string_view outer) {
  if (nearer.empty() || outer.empty()) return nearer.empty() ? outer : nearer;
  return says_more(outer, nearer) ? outer : nearer;
}

/// The one of them that names a secret and says most; empty: none does.
std::string_view secret_among(std::string_view labels) {
  std::string_view out;
  while (!labels.empty()) {
    const std::size_t end = std::min(labels.find(kBetweenLabels), labels.size());
    const std::string_view label = labels.substr(0, end);
    if (names_secret(label)) out = stronger(out, label);
    labels.remove_prefix(std::min(end + 1, labels.size()));
  }
  return out;
}

}  // namespace

JsonWalk::JsonWalk(const Drops& drops, std::string_view outer, SchemaPlace place)
    : drops_(drops), outer_(names_secret(outer) ? outer : std::string_view()), place_(place) {}

void JsonWalk::take(const JsonToken& token, std::string_view spelled) {
  using Kind = JsonToken::Kind;
  drop_ended_ = drop_scalar_ = false;
  const bool closes = token.kind == Kind::close_object || token.kind == Kind::close_array;
  drop_holds_ = drop_holds_ || !closes;
  ended_array_ = 0;
  switch (token.kind) {
    case Kind::open_object:
    case Kind::open_array:
      open(token);
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

bool JsonWalk::at_secret() const {
  if (member().empty()) return !outer_.empty();
  std::optional<bool>& known = levels_.back().at_secret;
  if (!known) known = names_secret(member());
  return *known;
}

void JsonWalk::take_key(std::string_view name) {
  Level& level = levels_.back();
  level.member = member_name(name);
  level.role = role_of(level.member);
  level.value = drops_.paths().step(level.mask, levels_.size() == 1, name);
  drop_next_ = drop_depth_ == 0 ? drops_.kind(level.value) : DropKind::nothing;
  if (drop_next_ == DropKind::token_ids) drop_next_ = DropKind::nothing;
  if (level.role == MemberRole::value && !level.labels.empty()) sort_labels(level);
  looks_ = drop_depth_ == 0 && needs_look(level);
  level.known_as = known_as(level);
  level.at_secret.reset();
}

/// Of a schema it is known what its members are.
bool JsonWalk::needs_look(const Level& level) {
  if (level.looked || level.place == SchemaPlace::schema || level.place == SchemaPlace::schemas)
    return false;
  return level.role == MemberRole::value || begins_schema(level.member);
}

std::size_t JsonWalk::look(const JsonTokens& rest) {
  Level& level = levels_.back();
  if (!level.looked) {
    level.looked = true;
    ahead_.emplace(rest, level.member, level.typed);
    ahead_depth_ = levels_.size();
  }
  const std::size_t bytes = ahead_->step();
  if (!ahead_->done()) return bytes;
  looks_ = false;
  take_facts(level, ahead_->outermost());
  level.known_as = known_as(level);
  return bytes;
}

void JsonWalk::take_facts(Level& level, const ObjectFacts& facts) {
  level.looked = true;
  level.label = std::string(stronger(level.label, facts.label));
  if (facts.schema) level.place = SchemaPlace::schema;
}

/// Of the value at hand: the secret's name that stands over it. Empty: none does.
std::string_view JsonWalk::secret_over_value(const Level& level) {
  return level.role == MemberRole::value ? stronger(level.label, level.secret) : level.secret;
}

/// The name that says what kind of secret it is goes last: rules ask what a name ends with.
std::string JsonWalk::known_as(const Level& level) {
  const std::string_view secret = secret_over_value(level);
  if (secret.empty() || (level.place == SchemaPlace::schema && is_said_of_values(level.member)))
    return level.member;
  const bool own_last = names_secret(level.member) && !says_more(secret, level.member);
  std::string out(own_last ? secret : level.member);
  out.push_back(' ');
  return out.append(own_last ? std::string_view(level.member) : secret);
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

void JsonWalk::open(const JsonToken& token) {
  levels_.push_back(level_within(token));
  if (drop_next_ != DropKind::nothing && drop_depth_ == 0) {
    drop_depth_ = levels_.size();
    drop_holds_ = false;
  }
  drop_next_ = DropKind::nothing;
  if (ahead_ && levels_.back().object) take_facts(levels_.back(), ahead_->of(token.begin));
}

JsonWalk::Level JsonWalk::level_within(const JsonToken& token) const {
  Level out{token.kind == JsonToken::Kind::open_object};
  out.secret = outer_;
  out.place = place_;
  if (levels_.empty()) return out;
  const Level& around = levels_.back();
  out.mask = around.object ? around.value : around.mask;
  out.place = around.object ? place_within(around.place, around.member) : around.place;
  out.member = around.member;
  out.known_as = around.known_as;
  out.at_secret = around.at_secret;
  // Of a list its own level has looked at the name.
  const bool named = around.object && names_secret(around.member);
  const std::string_view over = secret_over_value(around);
  out.secret = named ? stronger(around.member, over) : over;
  return out;
}

void JsonWalk::take_value(const JsonToken& token, std::string_view spelled) {
  const bool text = token.kind == JsonToken::Kind::text;
  if (text && !levels_.empty() && levels_.back().object) take_label(spelled);
  const bool empty = text ? spelled.empty() : spelled == "null";
  drop_ended_ = drop_scalar_ = drop_next_ == DropKind::value && !empty;
  drop_next_ = DropKind::nothing;
}

void JsonWalk::take_label(std::string_view spelled) {
  Level& level = levels_.back();
  if (level.member == "type" && spelled == "object") level.typed = true;
  if (level.role != MemberRole::label || level.looked || spelled.size() < kShortestLabel) return;
  level.labels.append(member_name(spelled)).push_back(kBetweenLabels);
  if (level.labels.size() > kMostLabels) sort_labels(level);
}

void JsonWalk::sort_labels(Level& level) {
  const std::string labels = std::exchange(level.labels, {});
  level.label = std::string(stronger(level.label, secret_among(labels)));
}

void JsonWalk::close() {
  if (drop_depth_ == levels_.size()) {
    drop_depth_ = 0;
    drop_ended_ = drop_holds_;
  } else if (!levels_.back().object && drop_depth_ == 0) {
    ended_array_ = levels_.size();
    may_be_token_ids_ = drops_.kind(levels_.back().mask) == DropKind::token_ids;
  }
  if (ahead_depth_ == levels_.size()) {
    ahead_.reset();
    ahead_depth_ = 0;
  }
  levels_.pop_back();
}

}  // namespace tollgate::redaction
