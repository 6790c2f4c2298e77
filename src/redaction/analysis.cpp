// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/analysis.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"

namespace tollgate::redaction {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestPiece = 16 * 1024;
constexpr std::size_t kOverlap = 256;
constexpr std::size_t kLongestType = 64;
/// More than any text of that size has.
constexpr std::size_t kMostFindings = 10'000;

/// The character at `at` in bytes; 0: there is none, the byte stands alone.
std::size_t character_length(std::string_view text, std::size_t at) {
  utf8proc_int32_t ignored = 0;
  const auto* const bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at);
  const utf8proc_ssize_t length =
      utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &ignored);
  return length > 0 ? static_cast<std::size_t>(length) : 0;
}

/// Where each code point begins, and where the last one ends.
std::vector<std::size_t> code_points(std::string_view text) {
  std::vector<std::size_t> out;
  out.reserve(text.size() + 1);
  for (std::size_t at = 0; at < text.size();) {
    out.push_back(at);
    at += std::max<std::size_t>(1, character_length(text, at));
  }
  out.push_back(text.size());
  return out;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    out.append(length == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(at, length));
    at += std::max<std::size_t>(1, length);
  }
  return out;
}

/// Back to where a character begins, which is at most three bytes away.
std::size_t at_character(std::string_view text, std::size_t at) {
  for (int i = 0; i < 3 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; ++i) --at;
  return at;
}

/// external_person for PERSON; nullopt: no name of a type.
std::optional<std::string> rule_of(const json& type) {
  if (!type.is_string()) return std::nullopt;
  const auto& name = type.get_ref<const std::string&>();
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (name.empty() || name.size() > kLongestType || !std::all_of(name.begin(), name.end(), allowed))
    return std::nullopt;
  return "external_" + to_lower(name);
}

std::optional<std::size_t> place_of(const json& value, std::size_t most) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto place = value.get<std::uint64_t>();
  if (place > most) return std::nullopt;
  return static_cast<std::size_t>(place);
}

std::optional<AnalysisFinding> finding_of(const json& entry,
                                          const std::vector<std::size_t>& points) {
  if (!entry.is_object()) return std::nullopt;
  const auto member = [&](const char* name) { return entry.value(name, json()); };
  const auto rule = rule_of(member("entity_type"));
  const auto begin = place_of(member("start"), points.size() - 1);
  const auto end = place_of(member("end"), points.size() - 1);
  const json score = member("score");
  if (!rule || !begin || !end || *begin >= *end) return std::nullopt;
  if (!score.is_number() || score.get<double>() < 0 || score.get<double>() > 1) return std::nullopt;
  return AnalysisFinding{points[*begin], points[*end], *rule};
}

Error malformed(const char* what) {
  return Error{Errc::protocol, std::string("the external redactor's answer ") + what};
}

}  // namespace

std::string analysis_request(std::string_view text, const AnalysisTerms& terms) {
  json out{{"text", valid_utf8(text)},
           {"language", terms.language},
           {"score_threshold", terms.score_threshold}};
  if (!terms.entities.empty()) out["entities"] = terms.entities;
  return out.dump();
}

Result<std::vector<AnalysisFinding>> read_analysis(std::string_view answer, std::string_view text) {
  const json list = json::parse(answer, nullptr, false);
  if (!list.is_array()) return malformed("is no list");
  if (list.size() > kMostFindings) return malformed("is beyond all measure");
  const std::vector<std::size_t> points = code_points(text);
  std::vector<AnalysisFinding> out;
  for (const json& entry : list) {
    auto finding = finding_of(entry, points);
    if (!finding) return malformed("has a finding that is malformed or outside the text");
    out.push_back(std::move(*finding));
  }
  return merge_findings(std::move(out));
}

std::vector<TextPiece> analysis_pieces(std::string_view text) {
  std::vector<TextPiece> out;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = std::min(text.size(), begin + kLargestPiece);
    if (end < text.size()) {
      // No further back: each piece would be looked for one before it.
      const std::size_t least = begin + kLargestPiece / 2 + 1;
      const std::size_t blank = text.substr(least, end + 1 - least).find_last_of(" \t\r\n");
      if (blank != std::string_view::npos) end = least + blank;
      end = at_character(text, end);
    }
    out.push_back({begin, end});
    if (end == text.size()) break;
    begin = at_character(text, end - kOverlap);
  }
  return out;
}

std::vector<AnalysisFinding> merge_findings(std::vector<AnalysisFinding> findings) {
  std::sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<AnalysisFinding> out;
  for (AnalysisFinding& one : findings) {
    if (!out.empty() && one.begin < out.back().end) {
      out.back().end = std::max(out.back().end, one.end);
    } else {
      out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace tollgate::redaction
