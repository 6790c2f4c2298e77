// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

// Why a record's UsageBasis is not `reported`. These words reach invoices: add, never rename
// (docs/usage-records.md explains each).
namespace tollgate::usage::reason {

inline constexpr std::string_view kNoUsageInAnswer = "no_usage_in_answer";
inline constexpr std::string_view kStreamWithoutUsage = "stream_without_usage";
inline constexpr std::string_view kAnswerCutOff = "answer_cut_off";
inline constexpr std::string_view kErrorAnswer = "error_answer";
inline constexpr std::string_view kNotJson = "not_json";
inline constexpr std::string_view kOpaqueBody = "opaque_body";
inline constexpr std::string_view kEmptyAnswer = "empty_answer";
inline constexpr std::string_view kErrorAfterContent = "error_after_content";
inline constexpr std::string_view kCountMissing = "count_missing";
inline constexpr std::string_view kCountsContradict = "counts_contradict";
inline constexpr std::string_view kNotAllCounted = "not_all_counted";
inline constexpr std::string_view kSeveralModels = "several_models";
inline constexpr std::string_view kUsageMalformed = "usage_malformed";
inline constexpr std::string_view kUsageTooLarge = "usage_too_large";
inline constexpr std::string_view kBilledByDuration = "billed_by_duration";
inline constexpr std::string_view kCountedByImage = "counted_by_image";
inline constexpr std::string_view kCountedByCharacter = "counted_by_character";
inline constexpr std::string_view kEncodedAnswer = "encoded_answer";
inline constexpr std::string_view kOperationWithoutTokens = "operation_without_tokens";
inline constexpr std::string_view kCountedAtCreation = "counted_at_creation";
inline constexpr std::string_view kAwaitingBackend = "awaiting_backend";
inline constexpr std::string_view kNeverFinished = "never_finished";
inline constexpr std::string_view kBackendRemoved = "backend_removed";
inline constexpr std::string_view kObjectGone = "object_gone";
inline constexpr std::string_view kNotSent = "not_sent";
inline constexpr std::string_view kNoAnswer = "no_answer";
inline constexpr std::string_view kGatewayInterrupted = "gateway_interrupted";
inline constexpr std::string_view kRecordDamaged = "record_damaged";

/// With basis `none`: no tokens are charged for these, as far as Microsoft's pages tell. The
/// queries of deploy/queries leave out the same ones.
inline constexpr std::array kFree{kOperationWithoutTokens, kCountedAtCreation, kErrorAnswer,
                                  kNotSent};

/// With basis `none`: no tokens were told, and what was counted in their place is all of it.
inline constexpr std::array kCountedOtherwise{kBilledByDuration, kCountedByImage,
                                              kCountedByCharacter};

inline bool is_counted_otherwise(std::string_view reason) {
  return std::find(kCountedOtherwise.begin(), kCountedOtherwise.end(), reason) !=
         kCountedOtherwise.end();
}

inline bool is_free(std::string_view reason) {
  return std::find(kFree.begin(), kFree.end(), reason) != kFree.end();
}

}  // namespace tollgate::usage::reason
