// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "filter_facts.hpp"

#include <utility>

namespace tollgate::audit {
namespace {

constexpr std::array<std::pair<const char*, FilterSource>, 3> kByName{{
    {"completion", FilterSource::completion},
    {"prompt", FilterSource::prompt},
    {"unknown", FilterSource::unknown},
}};

}  // namespace

void FilterFacts::write(const Found& found, std::string& out) {
  if (!found.blocked) return found.results.write(out);
  const std::size_t begin = out.size();
  found.results.write(out);
  out.insert(begin + 1, found.results.empty() ? R"("blocked":true)" : R"("blocked":true,)");
}

void FilterFacts::write(std::string& out) const {
  char before = '{';
  for (const auto& [name, source] : kByName) {
    const Found& found = found_[static_cast<std::size_t>(source)];
    if (!found.any()) continue;
    out.push_back(std::exchange(before, ','));
    out.append("\"").append(name).append("\":");
    write(found, out);
  }
  if (before == ',') out.push_back('}');
}

}  // namespace tollgate::audit
