// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/content_parts.hpp"

#include <algorithm>

#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"
#include "utf8.hpp"

namespace tollgate::audit {
namespace {

/// Rows that claim more are no rows of ours: the list of what is missing stays short.
constexpr std::uint32_t kMostParts = 100'000;

std::string hash_of(std::string_view text) {
  const Sha256 digest = sha256(text);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// The longest begin of well-formed text that has so many units.
std::string_view first_units(std::string_view text, std::size_t units) {
  if (text.size() <= units) return text;  // no character has more units than bytes
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t size = std::max<std::size_t>(character_size(text.substr(end, 4)), 1);
    const std::size_t takes = size == 4 ? 2 : 1;  // a surrogate pair
    if (takes > units) break;
    units -= takes;
    end += size;
  }
  return text.substr(0, end);
}

}  // namespace

CutContent cut_content(std::string_view content, std::size_t units) {
  CutContent cut;
  const std::string text = repair_utf8(content, cut.replaced);
  cut.sha256 = hash_of(text);
  cut.bytes = text.size();
  std::string_view rest = text;
  do {
    const std::string_view piece = first_units(rest, units);
    cut.parts.push_back({static_cast<std::uint32_t>(cut.parts.size() + 1), 1, std::string(piece)});
    rest.remove_prefix(piece.size());
  } while (!rest.empty());
  for (ContentPart& part : cut.parts) part.parts = static_cast<std::uint32_t>(cut.parts.size());
  return cut;
}

JoinedContent join_content(std::vector<ContentPart> rows, std::string_view sha256) {
  JoinedContent joined;
  std::ranges::stable_sort(rows, {}, &ContentPart::part);
  const std::uint32_t parts =
      rows.empty() ? 1
                   : std::min(std::ranges::max(rows, {}, &ContentPart::parts).parts, kMostParts);
  std::uint32_t next = 1;
  const std::string* last = nullptr;
  for (const ContentPart& row : rows) {
    if (row.parts != parts || row.part < 1 || row.part > parts) {
      joined.changed = true;
      continue;
    }
    if (row.part < next) {  // seen before
      joined.changed = joined.changed || last == nullptr || row.text != *last;
      continue;
    }
    for (; next < row.part; ++next) joined.missing.push_back(next);
    joined.text.append(row.text);
    last = &row.text;
    ++next;
  }
  for (; next <= parts; ++next) joined.missing.push_back(next);
  if (joined.missing.empty() && hash_of(joined.text) != sha256) joined.changed = true;
  return joined;
}

}  // namespace tollgate::audit
