// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/quantities.hpp"

#include <algorithm>

#include "tollgate/pricing/priced_operations.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::pricing {
namespace {

using usage::TokenCounts;
using usage::UsageBasis;
using usage::UsageRecord;

void lack(Quantities& out, std::string_view words) {
  if (words.empty()) return;
  out.lacking.append(out.lacking.empty() ? "" : ",").append(words);
}

/// Which of the cached tokens are text. Where nobody told: as many as there is text, which is what
/// neither audio nor an image nor written into the cache, which is what is cached first.
std::int64_t cached_text(const TokenCounts& tokens, Quantities& out) {
  const std::int64_t cached = tokens.cached_prompt.value_or(0);
  const std::int64_t others = tokens.prompt_audio.value_or(0) + tokens.image.value_or(0);
  if (tokens.cached_audio || tokens.cached_image || cached == 0 || others == 0)
    return cached - tokens.cached_audio.value_or(0) - tokens.cached_image.value_or(0);
  lack(out, lacking::kCachedSplit);
  const std::int64_t written = tokens.cache_write.value_or(0);
  return std::min(cached, tokens.prompt.value_or(0) - others - written);
}

void read_prompt(const TokenCounts& tokens, Quantities& out) {
  out.prompt_tokens = tokens.prompt.value_or(0);
  const std::int64_t cached = cached_text(tokens, out);
  const std::int64_t written = tokens.cache_write.value_or(0);
  const std::int64_t audio = tokens.prompt_audio.value_or(0);
  const std::int64_t image = tokens.image.value_or(0);
  out[PriceClass::cached_input] = cached;
  out[PriceClass::cache_write] = written;
  out[PriceClass::input] = out.prompt_tokens - audio - image - cached - written;
  out[PriceClass::cached_audio_input] = tokens.cached_audio.value_or(0);
  out[PriceClass::audio_input] = audio - out[PriceClass::cached_audio_input];
  out[PriceClass::cached_image_input] = tokens.cached_image.value_or(0);
  out[PriceClass::image_input] = image - out[PriceClass::cached_image_input];
}

/// All of it where nobody told and the operation makes images.
std::int64_t image_output(const UsageRecord& record) {
  const auto& makers = operation::kImages;
  const bool makes_images = std::ranges::find(makers, record.operation_id) != makers.end();
  const std::int64_t untold = makes_images ? record.tokens.completion.value_or(0) : 0;
  return record.tokens.completion_image.value_or(untold);
}

void read_completion(const UsageRecord& record, Quantities& out) {
  const TokenCounts& tokens = record.tokens;
  out[PriceClass::audio_output] = tokens.completion_audio.value_or(0);
  out[PriceClass::image_output] = image_output(record);
  out[PriceClass::output] =
      tokens.completion.value_or(0) - out[PriceClass::audio_output] - out[PriceClass::image_output];
}

void read_tokens(const UsageRecord& record, Quantities& out) {
  read_prompt(record.tokens, out);
  read_completion(record, out);
  if (record.usage_basis == UsageBasis::partial) lack(out, record.usage_reason);
  const std::int64_t told = record.tokens.prompt.value_or(0) + record.tokens.completion.value_or(0);
  if (record.tokens.total.value_or(0) > told) lack(out, lacking::kTotal);
  const bool no_completion =
      !record.tokens.completion && record.operation_id != operation::kEmbeddings;
  if (record.usage_basis == UsageBasis::estimated && no_completion) lack(out, lacking::kCompletion);
}

void read_calls(const UsageRecord& record, Quantities& out) {
  out[PriceClass::web_search] = record.web_search_calls.value_or(0);
  out[PriceClass::file_search] = record.file_search_calls.value_or(0);
  out[PriceClass::code_interpreter] = record.code_interpreter_calls.value_or(0);
}

/// Whether the text was, or may have been, spoken: what a request asked for alone is not billed.
bool is_spoken(const UsageRecord& record) {
  const std::string& why = record.usage_reason;
  return record.characters &&
         (why == usage::reason::kCountedByCharacter || why == usage::reason::kAnswerCutOff ||
          why == usage::reason::kEncodedAnswer);
}

/// What is counted in place of tokens, where an answer told none.
bool is_counted_otherwise(const UsageRecord& record) {
  const bool is_free =
      record.usage_basis == UsageBasis::none && usage::reason::is_free(record.usage_reason);
  return !is_free && (record.audio_duration_ms || record.images || is_spoken(record));
}

void read_other_measures(const UsageRecord& record, Quantities& out) {
  out[PriceClass::images] = record.images.value_or(0);
  out.image_size = record.image_size;
  out.image_quality = record.image_quality;
  if (is_spoken(record)) out[PriceClass::characters] = *record.characters;
  if (!usage::reason::is_counted_otherwise(record.usage_reason)) lack(out, record.usage_reason);
}

Quantities unknown(std::string_view why) {
  Quantities out;
  out.lacking = why;
  return out;
}

/// Of what has neither tokens nor another measure.
Quantities without_amounts(const UsageRecord& record) {
  const std::string& why = record.usage_reason;
  if (record.usage_basis != UsageBasis::none || !usage::reason::is_free(why))
    return unknown(why.empty() ? lacking::kNoCounts : why);
  if (why == usage::reason::kOperationWithoutTokens && !operation::is_free(record.operation_id))
    return unknown(lacking::kNotByToken);
  Quantities out;
  out.knowledge = Knowledge::free;
  return out;
}

bool has_tokens(const UsageRecord& record) {
  return record.usage_basis != UsageBasis::none &&
         (record.tokens.prompt || record.tokens.completion);
}

}  // namespace

Quantities quantities_of(const UsageRecord& record) {
  Quantities out;
  out.knowledge = Knowledge::amounts;
  if (has_tokens(record)) {
    read_tokens(record, out);
  } else if (is_counted_otherwise(record)) {
    read_other_measures(record, out);
  } else {
    return without_amounts(record);
  }
  out[PriceClass::duration] = record.audio_duration_ms.value_or(0);
  read_calls(record, out);
  const bool less_than_nothing =
      std::any_of(out.amounts.begin(), out.amounts.end(), [](auto amount) { return amount < 0; });
  if (record.usage_reason == lacking::kContradiction || less_than_nothing ||
      usage::parts_exceed_wholes(record.tokens))
    return unknown(lacking::kContradiction);
  out.of_several_requests = std::find(operation::kOfSeveral.begin(), operation::kOfSeveral.end(),
                                      record.operation_id) != operation::kOfSeveral.end();
  out.longest_prompt = record.longest_prompt_tokens;
  return out;
}

}  // namespace tollgate::pricing
