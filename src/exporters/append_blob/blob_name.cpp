// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "blob_name.hpp"

#include <algorithm>

#include "tollgate/http/percent.hpp"

namespace tollgate::exporters::append_blob {

std::string hour_of(UtcTime time) {
  constexpr std::size_t kToTheHour = 13;  // 2026-11-29T13
  std::string out = to_rfc3339(time).substr(0, kToTheHour);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '-' || c == 'T'; }, '/');
  return out;
}

std::string blob_name(std::string_view prefix, std::string_view hour, std::string_view gateway,
                      unsigned number) {
  std::string out(prefix);
  out.append("/").append(hour).append("/").append(http::percent_encode(gateway));
  if (number > 1) out.append("-").append(std::to_string(number));
  return out.append(".jsonl");
}

std::string blob_url(std::string_view container, std::string_view name) {
  std::string out(container);
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    out.append("/").append(http::percent_encode(name.substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

}  // namespace tollgate::exporters::append_blob
