// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "member_name.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "match_view.hpp"
#include "neighbours.hpp"
#include "sight.hpp"
#include "tollgate/base/text.hpp"
#include "unescape.hpp"

namespace tollgate::redaction {
namespace {

constexpr std::size_t kLongestRead = 100;
/// As which it may be spelled: a name with more between its letters is not read as one.
constexpr std::size_t kLongestSpelling = 4096;

/// A name that has a role; at an end, others that end with it have that, too.
struct RoleName {
  std::string_view name;
  MemberRole role;
  bool at_end = false;
};

constexpr std::array kRoleNames{RoleName{"value", MemberRole::value, true},
                                RoleName{"values", MemberRole::value},
                                RoleName{"val", MemberRole::value},
                                RoleName{"v", MemberRole::value},
                                RoleName{"default", MemberRole::value},
                                RoleName{"example", MemberRole::value},
                                RoleName{"name", MemberRole::label, true},
                                RoleName{"key", MemberRole::label, true},
                                RoleName{"label", MemberRole::label, true},
                                RoleName{"field", MemberRole::label, true},
                                RoleName{"header", MemberRole::label, true},
                                RoleName{"k", MemberRole::label},
                                RoleName{"n", MemberRole::label},
                                RoleName{"id", MemberRole::label},
                                RoleName{"type", MemberRole::label},
                                RoleName{"title", MemberRole::label},
                                RoleName{"param", MemberRole::label},
                                RoleName{"parameter", MemberRole::label},
                                RoleName{"attribute", MemberRole::label},
                                RoleName{"property", MemberRole::label},
                                RoleName{"option", MemberRole::label},
                                RoleName{"variable", MemberRole::label}};

/// Which of them end with a letter, a bit each: every name of a body is asked about.
constexpr std::array<std::uint32_t, 26> by_last_letter() {
  static_assert(kRoleNames.size() <= 32);
  std::array<std::uint32_t, 26> out{};
  for (std::size_t i = 0; i < kRoleNames.size(); ++i)
    out[static_cast<std::size_t>(kRoleNames[i].name.back() - 'a')] |= 1U << i;
  return out;
}
constexpr std::array<std::uint32_t, 26> kByLastLetter = by_last_letter();

bool fits(const RoleName& one, std::string_view name) {
  if (name.size() < one.name.size() || (!one.at_end && name.size() > one.name.size())) return false;
  return iequals(name.substr(name.size() - one.name.size()), one.name);
}

/// A byte for each: whether it is read as it is written.
constexpr std::array<bool, 256> as_written() {
  std::array<bool, 256> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char c = static_cast<char>(i);
    out[i] = is_plain(c) && c != '%' && c != '&' && c != '\\';
  }
  return out;
}
constexpr std::array<bool, 256> kAsWritten = as_written();

bool reads_as_written(char c) { return kAsWritten[static_cast<unsigned char>(c)]; }

std::string as_read(std::string_view spelled) {
  const std::string_view begin = spelled.substr(0, kLongestRead);
  if (std::ranges::all_of(begin, [](char c) { return reads_as_written(c); }))
    return std::string(begin);
  const std::string_view all = spelled.substr(0, kLongestSpelling);
  return (has_escapes(all) ? normalise(unescaped(all), Doubtful::nothing)
                           : normalise(all, Doubtful::nothing))
      .text()
      .substr(0, kLongestRead);
}

}  // namespace

std::string member_name(std::string_view spelled) {
  static constexpr std::string_view kEndMarks = " \t\r\n:*?!\"'()[]{}";
  std::string out = as_read(spelled);
  if (out.empty() || is_letter(out.back())) return out;
  while (!out.empty() && kEndMarks.find(out.back()) != std::string_view::npos) out.pop_back();
  return out;
}

MemberRole role_of(std::string_view name) {
  if (name.empty()) return MemberRole::other;
  const char last = ascii_lower(name.back());
  if (last < 'a' || last > 'z') return MemberRole::other;
  for (std::uint32_t left = kByLastLetter[static_cast<std::size_t>(last - 'a')]; left != 0;
       left &= left - 1) {
    const RoleName& one = kRoleNames[static_cast<std::size_t>(std::countr_zero(left))];
    if (fits(one, name)) return one.role;
  }
  return MemberRole::other;
}

}  // namespace tollgate::redaction
