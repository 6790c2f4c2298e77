// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Rewriting a request changes what it says it changes and nothing else, as an independent parser
// sees it.
#include <string>

#include <nlohmann/json.hpp>

#include "splits.hpp"
#include "tollgate/usage/request_scan.hpp"

namespace {

using nlohmann::json;
using namespace tollgate;

void check_include_usage(std::string_view body, const usage::RequestScan& scan,
                         const json& before) {
  if (!usage::may_inject_include_usage(scan, "2024-10-21")) return;
  const std::string rewritten = usage::with_include_usage(body, scan);
  const Result<usage::RequestScan> again = usage::scan_request(rewritten);
  fuzz::require(again && again->include_usage);
  json after = json::parse(rewritten, nullptr, false);
  fuzz::require(after.is_object() && after["stream_options"]["include_usage"] == true);
  json options = after["stream_options"];
  options.erase("include_usage");
  json wanted = before;
  json old_options = wanted.contains("stream_options") ? wanted["stream_options"] : json();
  if (old_options.is_object()) old_options.erase("include_usage");
  fuzz::require(options.empty() ? old_options.empty() : options == old_options);
  after.erase("stream_options");
  wanted.erase("stream_options");
  fuzz::require(after == wanted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::view(data, size);
  const auto parts = usage::form_parts("multipart/form-data; boundary=b", bytes);
  if (parts) (void)usage::scan_form(*parts, bytes);
  const Result<usage::RequestScan> scan = usage::scan_request(bytes);
  if (!scan || scan->duplicate_member || !scan->misspelt_member.empty()) return 0;
  const json before = json::parse(bytes, nullptr, false);
  if (!before.is_object()) return 0;  // the scan looks at structure only
  check_include_usage(bytes, *scan, before);
  return 0;
}
