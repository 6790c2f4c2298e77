// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "inquiry.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "tollgate/redaction/api_word.hpp"
#include "tollgate/redaction/json_strings.hpp"

namespace tollgate::capture {
namespace {

using redaction::AnalysisFinding;
using redaction::TextPiece;

constexpr const char* kDropped = "external_dropped";
constexpr const char* kMissing = "external_missing";

/// [EMAIL_1] or [EMAIL:9f3a6c21d0b54e77], with or without the brackets that stand around it.
bool is_replacement(std::string_view text, const AnalysisFinding& finding) {
  std::size_t begin = finding.begin;
  std::size_t end = finding.end;
  if (text[begin] == '[') ++begin;
  if (end > begin && text[end - 1] == ']') --end;
  const bool bracketed =
      begin > 0 && text[begin - 1] == '[' && end < text.size() && text[end] == ']';
  const auto plain = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == '_' ||
           c == ':';
  };
  return bracketed && begin < end && text[begin] >= 'A' && text[begin] <= 'Z' &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(begin),
                     text.begin() + static_cast<std::ptrdiff_t>(end), plain);
}

std::string without(std::string_view text, const std::vector<AnalysisFinding>& findings,
                    redaction::Replacer& replacer) {
  std::string out;
  std::size_t copied = 0;
  for (const AnalysisFinding& one : findings) {
    const std::string_view value = text.substr(one.begin, one.end - one.begin);
    out.append(text.substr(copied, one.begin - copied));
    out.append(replacer.replacement(one.rule, value));
    copied = one.end;
  }
  return out.append(text.substr(copied));
}

template <class Prepared>
auto asked_sides(Prepared& prepared) {
  std::vector<decltype(&prepared.request)> out;
  if (prepared.request.kept && !prepared.request_is_stored) out.push_back(&prepared.request);
  if (prepared.answer && prepared.answer->kept) out.push_back(&*prepared.answer);
  return out;
}

}  // namespace

Inquiry::Inquiry(const PreparedExchange& prepared) {
  if (!prepared.redacted) return;
  const redaction::RewriteText collect = [this](std::string_view text) {
    add(text);
    return std::optional<std::string>();
  };
  for (const Side* const side : asked_sides(prepared))
    static_cast<void>(redaction::rewrite_json_strings(side->text, collect));
}

void Inquiry::add(std::string_view text) {
  if (too_much_ || redaction::is_api_word(text)) return;
  for (const TextPiece& piece : redaction::analysis_pieces(text)) {
    std::string words(text.substr(piece.begin, piece.end - piece.begin));
    if (places_.contains(words)) continue;
    bytes_ += words.size();
    too_much_ = pieces_.size() >= kMostPieces || bytes_ > kMostBytes;
    if (too_much_) return;
    places_.emplace(words, pieces_.size());
    pieces_.push_back(std::move(words));
  }
}

void Inquiry::take_out(const Findings& findings, PreparedExchange& prepared) const {
  redaction::Replacer& replacer = *prepared.replacer;
  const redaction::RewriteText rewrite = [&](std::string_view text) -> std::optional<std::string> {
    if (redaction::is_api_word(text)) return std::nullopt;
    std::vector<AnalysisFinding> here;
    for (const TextPiece& piece : redaction::analysis_pieces(text)) {
      const auto place = places_.find(text.substr(piece.begin, piece.end - piece.begin));
      if (place == places_.end()) continue;
      for (AnalysisFinding one : findings.at(place->second)) {
        one.begin += piece.begin;
        one.end += piece.begin;
        if (!is_replacement(text, one)) here.push_back(std::move(one));
      }
    }
    if (here.empty()) return std::nullopt;
    return without(text, redaction::merge_findings(std::move(here)), replacer);
  };
  for (Side* const side : asked_sides(prepared)) {
    const redaction::Replacer::Counts before = replacer.counts();
    side->text = redaction::rewrite_json_strings(side->text, rewrite);
    for (const auto& [rule, count] : counted_since(before, replacer.counts()))
      side->redactions[rule] += count;
  }
}

void give_up(config::RedactorFailure on_failure, PreparedExchange& prepared) {
  for (Side* const side : asked_sides(prepared)) {
    const bool drops = on_failure == config::RedactorFailure::drop_content;
    side->redactions[drops ? kDropped : kMissing] = 1;
    if (!drops) continue;
    side->text.clear();
    side->kept = false;
    side->missing = trail::missing::kRedactor;
  }
}

}  // namespace tollgate::capture
