// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The path scanner takes exactly the objects that an independent reader of JSON takes, in whatever
// pieces they come, and misses none of the names that the reader finds.
#include <algorithm>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "splits.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/json_path_scanner.hpp"

namespace {

using nlohmann::json;
using namespace tollgate;

constexpr std::string_view kPlaces[] = {"model", "**.file_id", "tools.container"};
constexpr std::string_view kOwnData[] = {"**.metadata"};
const usage::JsonPaths kPaths(kPlaces, kOwnData);

struct Seen {
  bool well_formed = false;
  bool too_many = false;
  std::vector<std::string> finds;
  bool operator==(const Seen&) const = default;
};

Seen seen_by(const usage::JsonPathScanner& scanner) {
  Seen out{scanner.well_formed(), scanner.too_many(), {}};
  for (const usage::PlacedText& one : scanner.found()) {
    fuzz::require(one.begin < one.end);
    out.finds.push_back(std::to_string(one.path) + "@" + std::to_string(one.begin) + "-" +
                        std::to_string(one.end) + "=" + one.value);
  }
  return out;
}

/// Whether the reader has no opinion: it refuses numbers that are too large for it, which are JSON.
bool is_out_of_range(std::string_view bytes) {
  try {
    [[maybe_unused]] const json read = json::parse(bytes);
  } catch (const json::out_of_range&) {
    return true;
  } catch (const json::exception&) {
    return false;
  }
  return false;
}

/// Every text below a file_id, through arrays, but for the client's own data.
void collect(const json& value, bool wanted, std::vector<std::string>& out) {
  if (value.is_string() && wanted) out.push_back(value.get<std::string>());
  if (value.is_array()) {
    for (const json& element : value) collect(element, wanted, out);
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    if (!iequals(name, "metadata")) collect(member, iequals(name, "file_id"), out);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::view(data, size);
  usage::JsonPathScanner whole(kPaths);
  whole.feed(bytes);
  usage::JsonPathScanner pieces(kPaths);
  fuzz::in_pieces(bytes, fuzz::seed_of(bytes), [&](std::string_view piece) { pieces.feed(piece); });
  const Seen seen = seen_by(whole);
  const Seen in_pieces = seen_by(pieces);
  // Of what is refused nobody reads the finds; they may differ by where the pieces end.
  fuzz::require(seen.well_formed == in_pieces.well_formed);
  if (seen.well_formed) fuzz::require(seen == in_pieces);

  // Half a character as an escape is JSON, but this reader does not take it.
  const bool has_surrogate = bytes.find("\\uD") != bytes.npos || bytes.find("\\ud") != bytes.npos;
  const json read = json::parse(bytes, nullptr, false);
  if (read.is_object() && !seen.well_formed) {
    const auto depth =
        std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '[' || c == '{'; });
    fuzz::require(seen.too_many ||
                  depth > static_cast<std::ptrdiff_t>(usage::JsonPathScanner::kDeepest) ||
                  bytes.starts_with("\xEF\xBB\xBF"));
  }
  if (seen.well_formed && !has_surrogate) fuzz::require(read.is_object() || is_out_of_range(bytes));
  if (!read.is_object() || !seen.well_formed) return 0;
  std::vector<std::string> wanted;
  collect(read, false, wanted);
  const auto finds = whole.found();
  for (const std::string& value : wanted) {
    if (value.size() > usage::JsonPathScanner::kLongestValue) continue;
    fuzz::require(std::any_of(finds.begin(), finds.end(),
                              [&](const usage::PlacedText& one) { return one.value == value; }));
  }
  return 0;
}
