// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/usage_stripper.hpp"

#include <cstring>
#include <optional>

#include "json_cursor.hpp"
#include "line_end.hpp"

namespace tollgate::usage {
namespace {

constexpr std::string_view kUsageKey = "\"usage\"";
constexpr std::string_view kBom = "\xEF\xBB\xBF";

enum class Verdict { keep, drop, cut };

struct Judgement {
  Verdict verdict = Verdict::keep;
  std::size_t cut_begin = 0;  ///< for `cut`: the member with its comma, as offsets in the event
  std::size_t cut_end = 0;
};

/// Offset of the JSON in an event that has exactly one data line; nullopt for any other event.
std::optional<std::size_t> find_data(std::string_view event) {
  std::optional<std::size_t> found;
  for (std::size_t at = event.starts_with(kBom) ? kBom.size() : 0; at < event.size();) {
    const std::string_view line = event.substr(at, find_line_end(event.substr(at)));
    if (line.substr(0, 5) == "data:") {
      if (found) return std::nullopt;
      found = at + 5;
    }
    at += line.size() + 1;
  }
  return found;
}

struct Found {
  std::optional<JsonCursor::Member> usage;
  std::size_t usage_index = 0;
  std::size_t before_usage_end = 0;   ///< end of the value before it
  std::size_t after_usage_begin = 0;  ///< opening quote of the key after it; 0: it is the last
  bool empty_choices = false;
  bool duplicate = false;
};

std::optional<Found> find_members(std::string_view event, std::size_t data) {
  JsonCursor cursor(event, data);
  if (!cursor.enter()) return std::nullopt;
  Found found;
  std::size_t index = 0;
  std::size_t last_end = 0;
  while (const auto member = cursor.next()) {
    if (found.usage && found.usage_index + 1 == index) found.after_usage_begin = member->key_begin;
    const auto value = event.substr(member->value_begin, member->value_end - member->value_begin);
    if (key_is(member->raw_key, "usage")) {
      found.duplicate = found.usage.has_value();
      found.usage = member;
      found.usage_index = index;
      found.before_usage_end = last_end;
    } else if (key_is(member->raw_key, "choices")) {
      found.empty_choices = value.size() >= 2 && value.front() == '[' &&
                            value.find_first_not_of(" \t", 1) == value.size() - 1;
    }
    last_end = member->value_end;
    ++index;
  }
  if (cursor.failed()) return std::nullopt;
  return found;
}

Judgement judge(std::string_view event) {
  if (::memmem(event.data(), event.size(), kUsageKey.data(), kUsageKey.size()) == nullptr)
    return {};
  const auto data = find_data(event);
  if (!data) return {};
  const auto found = find_members(event, *data);
  if (!found || !found->usage || found->duplicate) return {};
  const JsonCursor::Member& usage = *found->usage;
  const auto value = event.substr(usage.value_begin, usage.value_end - usage.value_begin);
  if (value != "null") return {found->empty_choices ? Verdict::drop : Verdict::keep};
  if (found->usage_index > 0) return {Verdict::cut, found->before_usage_end, usage.value_end};
  const std::size_t end =
      found->after_usage_begin != 0 ? found->after_usage_begin : usage.value_end;
  return {Verdict::cut, usage.key_begin, end};
}

}  // namespace

void UsageStripper::end_event(std::string& out) {
  const Judgement judgement = judge(held_);
  dropped_last_ = judgement.verdict == Verdict::drop;
  if (judgement.verdict == Verdict::keep) {
    out.append(held_);
  } else if (judgement.verdict == Verdict::cut) {
    out.append(held_, 0, judgement.cut_begin).append(held_, judgement.cut_end);
  }
  held_.clear();
}

void UsageStripper::feed(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    if (after_cr_) {
      after_cr_ = false;
      if (bytes.front() == '\n') {
        // The line feed of a CR LF: it goes where its carriage return went.
        if (!held_.empty()) {
          held_.push_back('\n');
        } else if (!dropped_last_) {
          out.push_back('\n');
        }
        bytes.remove_prefix(1);
        continue;
      }
    }
    const std::size_t end = find_line_end(bytes);
    const bool ended = end < bytes.size();
    const std::size_t take = ended ? end + 1 : end;
    (passing_ ? out : held_).append(bytes.substr(0, take));
    const bool empty_line = ended && end == 0 && at_line_start_;
    if (ended) after_cr_ = bytes[end] == '\r';
    at_line_start_ = ended;
    bytes.remove_prefix(take);
    if (empty_line) {
      if (!passing_) end_event(out);
      dropped_last_ = dropped_last_ && !passing_;
      passing_ = false;
    } else if (held_.size() > kHoldLimit) {
      out.append(held_);
      held_.clear();
      passing_ = true;
      dropped_last_ = false;
    }
  }
}

void UsageStripper::finish(std::string& out) {
  out.append(held_);
  held_.clear();
}

}  // namespace tollgate::usage
