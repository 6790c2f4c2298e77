// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "blob_places.hpp"

#include <algorithm>

#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

constexpr std::size_t kShortestName = 3;
constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestPrefix = 100;

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_container_name(std::string_view name) {
  const auto allowed = [](char c) { return is_lower_or_digit(c) || c == '-'; };
  return name.size() >= kShortestName && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), allowed) && is_lower_or_digit(name.front()) &&
         is_lower_or_digit(name.back()) && name.find("--") == std::string_view::npos;
}

bool is_segment(std::string_view text) {
  const auto allowed = [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.';
  };
  // A name that ends in a point is cut by some tools.
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed) && text.back() != '.';
}

}  // namespace

std::optional<std::string> container_fault(std::string_view url) {
  if (url.find('?') != std::string_view::npos)
    return "must have no query: a shared access signature is not taken, use credential";
  if (auto fault = base_url_fault(url)) return fault;
  const std::string_view path =
      url.substr(std::min(url.size(), url.find('/', url.find("://") + 3)));
  const std::size_t last = path.rfind('/');
  if (path.empty() || std::count(path.begin(), path.end(), '/') > 2 ||
      !is_container_name(path.substr(last + 1))) {
    return "must end with a container's name, as https://ACCOUNT.blob.core.windows.net/CONTAINER: "
           "3 to 63 lower-case letters, digits and single hyphens";
  }
  return std::nullopt;
}

bool is_blob_prefix(std::string_view text) {
  if (text.size() > kLongestPrefix) return false;
  for (;;) {
    const std::size_t end = text.find('/');
    if (!is_segment(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

}  // namespace tollgate::config
