// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/setting_values.hpp"

#include <algorithm>
#include <string_view>

namespace tollgate::config {
namespace {

using Kind = SettingChange::Kind;

bool lies_below(std::string_view path, std::string_view above) {
  return path.size() > above.size() && path.starts_with(above) &&
         (path[above.size()] == '.' || path[above.size()] == '[');
}

/// Adds what `ours` has and `theirs` lacks. A mapping comes before what is in it, which it stands
/// for.
void add_missing(const SettingValues& ours, const SettingValues& theirs, Kind kind,
                 std::vector<SettingChange>& out) {
  const std::size_t first = out.size();
  for (const auto& [path, setting] : ours) {
    if (theirs.contains(path)) continue;
    // What a new mapping leaves at its default was in force without it.
    const bool at_restart = setting.at_restart && setting.given;
    const auto above = std::find_if(
        out.begin() + static_cast<std::ptrdiff_t>(first), out.end(),
        [&path = path](const SettingChange& change) { return lies_below(path, change.path); });
    if (above == out.end()) {
      out.push_back({kind, path, at_restart});
    } else {
      above->at_restart = above->at_restart || at_restart;
    }
  }
}

std::string what_changed(const SettingChange& change) {
  const char* word = change.kind == Kind::added     ? "added "
                     : change.kind == Kind::removed ? "removed "
                                                    : "changed ";
  return word + change.path;
}

}  // namespace

int line_given(const SettingValues& settings, std::initializer_list<std::string> paths) {
  for (const std::string& path : paths) {
    const auto found = settings.find(path);
    if (found != settings.end() && found->second.line != 0) return found->second.line;
  }
  return 0;
}

std::vector<SettingChange> differences(const SettingValues& before, const SettingValues& after) {
  std::vector<SettingChange> out;
  add_missing(before, after, Kind::removed, out);
  add_missing(after, before, Kind::added, out);
  for (const auto& [path, setting] : after) {
    const auto old = before.find(path);
    if (old == before.end() || old->second.value == setting.value) continue;
    out.push_back({Kind::changed, path, setting.at_restart});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const SettingChange& a, const SettingChange& b) { return a.path < b.path; });
  return out;
}

std::string to_string(const SettingChange& change) {
  return what_changed(change) + (change.at_restart ? " (takes effect at restart)" : "");
}

std::string to_string(const SettingChange& change, const std::vector<std::string>& waiting) {
  const bool waits = std::any_of(waiting.begin(), waiting.end(), [&](const std::string& path) {
    return path == change.path || lies_below(path, change.path) || lies_below(change.path, path);
  });
  if (waits || !change.at_restart) return to_string(change);
  return what_changed(change) + " (the gateway runs so already)";
}

}  // namespace tollgate::config
