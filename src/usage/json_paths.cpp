// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/json_paths.hpp"

#include <algorithm>
#include <cstdlib>

#include "tollgate/base/text.hpp"

namespace tollgate::usage {
namespace {

constexpr std::string_view kAnywhere = "**.";
constexpr std::string_view kAnyName = "*";
constexpr std::string_view kItself = "{}";
constexpr std::string_view kElement = "[]";
constexpr std::string_view kIdentity = "id";

bool take_off(std::string_view& name, std::string_view end) {
  if (!name.ends_with(end)) return false;
  name.remove_suffix(end.size());
  return true;
}

}  // namespace

JsonPaths::JsonPaths(std::span<const std::string_view> paths,
                     std::span<const std::string_view> blind,
                     std::span<const std::string_view> dictionaries) {
  for (std::size_t i = 0; i < paths.size(); ++i) add(paths[i], Ends::wanted, static_cast<int>(i));
  for (const std::string_view path : blind) add(path, Ends::blind);
  for (const std::string_view path : dictionaries) add(path, Ends::dictionary);
}

void JsonPaths::add(std::string_view path, Ends ends, int number) {
  const bool anywhere = path.starts_with(kAnywhere);
  if (anywhere) path.remove_prefix(kAnywhere.size());
  for (bool first = true; first || !path.empty(); first = false) {
    const std::size_t end = std::min(path.find('.'), path.size());
    std::string_view name = path.substr(0, end);
    const Mask bit = Mask{1} << segments_.size();
    if (take_off(name, kItself)) itself_ |= bit;
    if (take_off(name, kElement)) element_ |= bit;
    path.remove_prefix(std::min(end + 1, path.size()));
    if (name.empty() || name.size() > kLongestName || segments_.size() == kMostSegments)
      std::abort();
    const bool any = name == kAnyName;
    if (any && first) std::abort();
    (any ? any_name_ : by_length_[name.size()])
        .push_back(static_cast<std::uint8_t>(segments_.size()));
    segments_.push_back({.name = std::string(name),
                         .first = first,
                         .anywhere = first && anywhere,
                         .blind = ends == Ends::blind});
  }
  segments_.back().path = number;
  Mask& last_ones = ends == Ends::wanted ? finals_ : ends == Ends::blind ? blinds_ : dictionaries_;
  last_ones |= Mask{1} << (segments_.size() - 1);
}

JsonPaths::Mask JsonPaths::ends_of(std::size_t path) const {
  Mask out = 0;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].path == static_cast<int>(path)) out |= Mask{1} << i;
  }
  return out;
}

void JsonPaths::tell_all_values(std::size_t path) { told_ |= ends_of(path); }

void JsonPaths::take_identified(std::size_t path) { identified_ |= ends_of(path); }

JsonPaths::Mask JsonPaths::behind(Mask of_value, std::size_t arrays) const {
  if (arrays == 0) return of_value & ~element_;
  return of_value & ~(arrays == 1 ? itself_ : itself_ | element_);
}

JsonPaths::Mask JsonPaths::step(Mask of_object, bool outermost, std::string_view name) const {
  if (of_object == kBlind) return kBlind;
  Mask out = 0;
  for (const std::uint8_t index : any_name_) {
    if (((of_object >> (index - 1)) & 1) != 0) out |= Mask{1} << index;
  }
  if ((of_object & identified_) != 0 && iequals(name, kIdentity)) out |= of_object & identified_;
  if (name.size() > kLongestName) return out;
  const bool called_freely = (of_object & dictionaries_) != 0;
  for (const std::uint8_t index : by_length_[name.size()]) {
    const Segment& segment = segments_[index];
    const bool begins =
        segment.first && (segment.anywhere || outermost) && !(segment.blind && called_freely);
    const bool goes_on = !segment.first && ((of_object >> (index - 1)) & 1) != 0;
    if ((!begins && !goes_on) || !iequals(name, segment.name)) continue;
    out |= Mask{1} << index;
  }
  return out;
}

std::size_t JsonPaths::path_of(Mask mask) const {
  constexpr int kHalf = 64;
  const Mask found = mask & finals_;
  const auto low = static_cast<std::uint64_t>(found);
  const int bit = low != 0 ? __builtin_ctzll(low)
                           : kHalf + __builtin_ctzll(static_cast<std::uint64_t>(found >> kHalf));
  return static_cast<std::size_t>(segments_[static_cast<std::size_t>(bit)].path);
}

}  // namespace tollgate::usage
