// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "query.hpp"

#include <algorithm>

namespace tollgate::simulator {

std::string query_value(const std::string& target, const std::string& name) {
  const std::size_t mark = target.find('?');
  std::size_t at = mark == std::string::npos ? target.size() : mark + 1;
  while (at < target.size()) {
    const std::size_t end = std::min(target.find('&', at), target.size());
    const std::string pair = target.substr(at, end - at);
    at = end + 1;
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || pair.substr(0, equals) != name) continue;
    std::string out;
    for (std::size_t i = equals + 1; i < pair.size(); ++i) {
      if (pair[i] == '%' && i + 2 < pair.size()) {
        out.push_back(static_cast<char>(std::stoi(pair.substr(i + 1, 2), nullptr, 16)));
        i += 2;
      } else {
        out.push_back(pair[i]);
      }
    }
    return out;
  }
  return {};
}

}  // namespace tollgate::simulator
