// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "blob_requests.hpp"

#include <array>
#include <ctime>
#include <utility>

#include "tollgate/base/uuid.hpp"

namespace tollgate::exporters::append_blob {
namespace {

/// The first with blocks of up to 100 MiB is 2022-11-02; every service of today knows this one.
constexpr const char* kVersion = "2023-11-03";
/// Beside the bytes of an answer: its head, or an error.
constexpr std::size_t kHeadLimit = 64 * 1024;

/// RFC 9110 5.6.7, whatever the locale.
std::string http_date(UtcTime time) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  const std::string iso = to_rfc3339(time);  // 2026-11-29T13:04:05...
  return std::string(kDays.at(static_cast<std::size_t>(parts.tm_wday))) + ", " + iso.substr(8, 2) +
         " " + kMonths.at(static_cast<std::size_t>(parts.tm_mon)) + " " + iso.substr(0, 4) + " " +
         iso.substr(11, 8) + " GMT";
}

http::ClientRequest request_of(const char* method, std::string url, const SendTerms& terms) {
  http::ClientRequest out;
  out.method = method;
  out.url = std::move(url);
  out.timeout = terms.timeout;
  out.response_limit = kHeadLimit;
  out.fields = {{"x-ms-version", kVersion},
                {"x-ms-date", http_date(terms.now)},
                {"x-ms-client-request-id", make_uuid_v4().to_string()}};
  return out;
}

}  // namespace

http::ClientRequest create_request(const std::string& url, const SendTerms& terms) {
  http::ClientRequest out = request_of("PUT", url, terms);
  out.fields.emplace_back("x-ms-blob-type", "AppendBlob");
  out.fields.emplace_back("x-ms-blob-content-type", "application/x-ndjson");
  out.fields.emplace_back("If-None-Match", "*");
  return out;
}

http::ClientRequest append_request(const std::string& url, std::uint64_t position,
                                   std::string bytes, const SendTerms& terms) {
  http::ClientRequest out = request_of("PUT", url + "?comp=appendblock", terms);
  out.fields.emplace_back("x-ms-blob-condition-appendpos", std::to_string(position));
  out.fields.emplace_back("Content-Type", "application/octet-stream");
  out.body = std::move(bytes);
  return out;
}

http::ClientRequest properties_request(const std::string& url, const SendTerms& terms) {
  return request_of("HEAD", url, terms);
}

http::ClientRequest bytes_request(const std::string& url, std::uint64_t from, std::uint64_t to,
                                  const SendTerms& terms) {
  http::ClientRequest out = request_of("GET", url, terms);
  out.fields.emplace_back("x-ms-range",
                          "bytes=" + std::to_string(from) + "-" + std::to_string(to - 1));
  out.response_limit += to - from;
  return out;
}

}  // namespace tollgate::exporters::append_blob
