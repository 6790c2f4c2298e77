// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"

// What is said to a service that finds names and the like in texts, and what it answers: the shape
// of Presidio's `/analyze` (microsoft/presidio, docs/api-docs, from memory). Pure.
namespace tollgate::redaction {

struct AnalysisTerms {
  std::string language;
  std::vector<std::string> entities;  ///< empty: all that it knows
  double score_threshold = 0;
};

/// {"text", "language", "score_threshold", "entities"?}. Bytes of the text that are no UTF-8 stand
/// there as U+FFFD each.
std::string analysis_request(std::string_view text, const AnalysisTerms& terms);

/// Bytes [begin, end) of a text that go.
struct AnalysisFinding {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string rule;  ///< external_ and the entity's type in lower case
  bool operator==(const AnalysisFinding&) const = default;
};

/// The findings of an answer about the text, from left to right, none within another: of those that
/// overlap all goes, under the name of the first and longest, as Presidio may find one value twice
/// (an address of a page, and the person in it). Places are code points of the text, as Python
/// counts them. Error protocol: it is no such list, or something in it is malformed, empty, outside
/// the text or beyond all measure: then nothing in it is believed.
Result<std::vector<AnalysisFinding>> read_analysis(std::string_view answer, std::string_view text);

/// A piece of a text: bytes [begin, end).
struct TextPiece {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const TextPiece&) const = default;
};

/// A text in pieces that a service can take: at most 16 KiB each, cut at blanks where there are
/// any. Each begins a little before the end of the one before, so that what stands at the cut is
/// seen whole in one of them.
std::vector<TextPiece> analysis_pieces(std::string_view text);

/// Findings of several pieces of a text, with places in the text, as read_analysis() has them.
std::vector<AnalysisFinding> merge_findings(std::vector<AnalysisFinding> findings);

}  // namespace tollgate::redaction
