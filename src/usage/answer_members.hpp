// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "json_scanner.hpp"
#include "tollgate/base/name_index.hpp"

// The members of answers that the scanner looks for, by where they stand, and what it does with
// each.
namespace tollgate::usage {

struct NamedMember {
  std::string_view name;
  Member member;
};

inline constexpr std::array kAnswerMembers{
    NamedMember{"id", Member::id},
    NamedMember{"model", Member::model},
    NamedMember{"usage", Member::usage},
    NamedMember{"error", Member::error},
    NamedMember{"status", Member::status},
    NamedMember{"type", Member::type},
    NamedMember{"incomplete_details", Member::incomplete_details},
    NamedMember{"choices", Member::choices},
    NamedMember{"response", Member::response},
    NamedMember{"statusCode", Member::status_code},
    NamedMember{"code", Member::code},
    NamedMember{"object", Member::object},
    NamedMember{"thread_id", Member::thread_id},
    NamedMember{"output_file_id", Member::output_file_id},
    NamedMember{"error_file_id", Member::error_file_id},
    NamedMember{"file", Member::file},
    NamedMember{"service_tier", Member::service_tier},
    NamedMember{"tool_usage", Member::tool_usage},
    NamedMember{"output", Member::output},
    NamedMember{"size", Member::size},
    NamedMember{"quality", Member::quality},
    NamedMember{"data", Member::data},
    NamedMember{"delta", Member::text}};

inline constexpr NameIndex kAnswerNames(kAnswerMembers);

/// What was generated, also as servers name it that speak like Azure.
inline constexpr std::array kDeltaMembers{NamedMember{"content", Member::text},
                                          NamedMember{"tool_calls", Member::tool_calls},
                                          NamedMember{"function_call", Member::tool_calls},
                                          NamedMember{"refusal", Member::text},
                                          NamedMember{"reasoning_content", Member::text},
                                          NamedMember{"reasoning", Member::text}};

/// Of each element of `output`.
inline constexpr std::array kOutputMembers{
    NamedMember{"type", Member::item_type}, NamedMember{"status", Member::item_status},
    NamedMember{"id", Member::output_ids}, NamedMember{"container_id", Member::container_ids}};

inline bool is_captured(Member member, bool wants_text) {
  switch (member) {
    case Member::other:
    case Member::choices:
    case Member::output:
    case Member::data:
    case Member::response:
    case Member::delta:
    case Member::message:
    case Member::audio:
      return false;
    case Member::text:
    case Member::tool_calls:
      return wants_text;
    default:
      return true;
  }
}

/// Looked for at the very top only; the others also in the object under `response`.
inline bool is_top_only(Member member) {
  return member == Member::choices || member == Member::response || member == Member::type ||
         member == Member::code || member == Member::file || member == Member::text ||
         member == Member::data || member == Member::size || member == Member::quality;
}

/// Its elements are looked into.
inline bool is_list(Member member) {
  return member == Member::choices || member == Member::output || member == Member::data;
}

inline Member find_in(std::span<const NamedMember> members, std::string_view name) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const NamedMember& known) { return known.name == name; });
  return found == members.end() ? Member::other : found->member;
}

inline bool is_id_list(Member member) {
  return member == Member::output_ids || member == Member::container_ids ||
         member == Member::audio_ids;
}

}  // namespace tollgate::usage
