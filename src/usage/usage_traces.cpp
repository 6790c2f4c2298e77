// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_traces.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "json_cursor.hpp"

namespace tollgate::usage {
namespace {

constexpr std::string_view kUsageKey = "\"usage\"";

/// What a chunk has that says nothing but its usage (azure-protocol.md 2.1).
constexpr std::array<std::string_view, 9> kOfUsageChunk{
    "id",      "object", "created",     "model",       "system_fingerprint",
    "choices", "usage",  "obfuscation", "service_tier"};

bool is_of_usage_chunk(std::string_view raw_key) {
  return std::any_of(kOfUsageChunk.begin(), kOfUsageChunk.end(),
                     [&](std::string_view name) { return key_is(raw_key, name); });
}

struct Found {
  std::optional<JsonCursor::Member> usage;
  std::size_t usage_index = 0;
  std::size_t before_usage_end = 0;   ///< end of the value before it
  std::size_t after_usage_begin = 0;  ///< opening quote of the key after it; 0: it is the last
  bool empty_choices = false;
  bool says_more = false;  ///< a member that is of no usage chunk
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
    found.says_more = found.says_more || !is_of_usage_chunk(member->raw_key);
    last_end = member->value_end;
    ++index;
  }
  if (cursor.failed()) return std::nullopt;
  return found;
}

}  // namespace

void Judgement::append(std::string_view event, std::string& out) const {
  if (verdict == Verdict::keep) out.append(event);
  if (verdict == Verdict::cut) out.append(event.substr(0, cut_begin)).append(event.substr(cut_end));
}

Judgement judge_traces(std::string_view event, std::string_view data) {
  if (data.empty()) return {};  // memmem takes no null, not even of no bytes
  if (::memmem(data.data(), data.size(), kUsageKey.data(), kUsageKey.size()) == nullptr) return {};
  const auto found = find_members(event, static_cast<std::size_t>(data.data() - event.data()));
  if (!found || !found->usage || found->duplicate) return {};
  const JsonCursor::Member& usage = *found->usage;
  const auto value = event.substr(usage.value_begin, usage.value_end - usage.value_begin);
  if (value != "null") {
    if (!found->empty_choices) return {};
    if (!found->says_more) return {Verdict::drop};
  }
  if (found->usage_index > 0) return {Verdict::cut, found->before_usage_end, usage.value_end};
  const std::size_t end =
      found->after_usage_begin != 0 ? found->after_usage_begin : usage.value_end;
  return {Verdict::cut, usage.key_begin, end};
}

}  // namespace tollgate::usage
