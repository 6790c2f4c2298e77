// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "query.hpp"

#include <algorithm>

namespace tollgate::simulator {
namespace {

std::string percent_decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out.push_back(static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

std::string query_value(const std::string& target, const std::string& name) {
  const std::size_t mark = target.find('?');
  std::size_t at = mark == std::string::npos ? target.size() : mark + 1;
  while (at < target.size()) {
    const std::size_t end = std::min(target.find('&', at), target.size());
    const std::string pair = target.substr(at, end - at);
    at = end + 1;
    const std::size_t equals = pair.find('=');
    // Names too: the official JavaScript client for ingestion writes api%2Dversion.
    if (equals == std::string::npos || percent_decoded(pair.substr(0, equals)) != name) continue;
    return percent_decoded(pair.substr(equals + 1));
  }
  return {};
}

}  // namespace tollgate::simulator
