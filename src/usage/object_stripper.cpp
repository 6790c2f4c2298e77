// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "object_stripper.hpp"

#include <utility>

#include "tollgate/usage/usage_stripper.hpp"

namespace tollgate::usage {

void ObjectStripper::feed(std::string_view bytes, std::string& out) {
  using Kind = ObjectFramer::Kind;
  while (!gave_up_) {
    const bool goes_on = framer_.in_object();
    const ObjectFramer::Token token = framer_.next(bytes);
    if (token.kind == Kind::need_more) return;
    bytes.remove_prefix(token.raw.size());
    const bool of_object = token.kind == Kind::piece || token.kind == Kind::last;
    if (!of_object) take_between(token.raw, out);
    if (!of_object && !framer_.only() && !framer_.in_word()) give_up(out);
    if (of_object && !goes_on) let_first_go(out);
    if (of_object) hold(token.raw, out);
    if (token.kind == Kind::last) end_object(out);
  }
  out.append(bytes);
}

void ObjectStripper::take_between(std::string_view bytes, std::string& out) {
  if (first_waits_) {
    behind_first_.append(bytes);
    return;
  }
  for (const char c : bytes) {
    is_array_ = is_array_ || (is_first_ && c == '[');
    if (has_end_to_drop_) {
      const bool goes = c == '\r' || c == '\n' || (c == ',' && !any_passed_);
      has_end_to_drop_ = c == '\r';
      if (goes) continue;
    }
    const bool waits = c == ',' || c == '\x1E' || !separator_.empty();
    (waits ? separator_ : out).push_back(c);
  }
}

void ObjectStripper::hold(std::string_view bytes, std::string& out) {
  if (is_too_long_) {
    out.append(bytes);
    return;
  }
  object_.append(bytes);
  if (object_.size() <= UsageStripper::kHoldLimit) return;
  is_too_long_ = true;
  judgement_ = {};
  pass_object(out);
}

void ObjectStripper::end_object(std::string& out) {
  const bool is_first = std::exchange(is_first_, false);
  if (std::exchange(is_too_long_, false)) return;
  judgement_ = judge_traces(object_, object_);
  first_waits_ = is_first && !is_array_ && judgement_.verdict != Verdict::keep;
  if (!first_waits_) pass_object(out);
}

/// A second object has begun.
void ObjectStripper::let_first_go(std::string& out) {
  if (!std::exchange(first_waits_, false)) return;
  pass_object(out);
  take_between(std::exchange(behind_first_, {}), out);
}

void ObjectStripper::pass_object(std::string& out) {
  const bool goes = judgement_.verdict == Verdict::drop;
  const bool had_comma = separator_.find(',') != separator_.npos;
  if (!goes) out.append(separator_);
  judgement_.append(object_, out);
  separator_.clear();
  object_.clear();
  any_passed_ = any_passed_ || !goes;
  has_end_to_drop_ = goes && !had_comma;
}

void ObjectStripper::give_up(std::string& out) {
  finish(out);
  gave_up_ = true;
}

void ObjectStripper::finish(std::string& out) {
  out.append(separator_).append(object_).append(behind_first_);
  separator_.clear();
  object_.clear();
  behind_first_.clear();
}

}  // namespace tollgate::usage
