// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_counts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include <simdjson.h>

#include "tollgate/base/name_index.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/usage/filter_refusal.hpp"
#include "tollgate/usage/record_fields.hpp"

namespace tollgate::usage {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::int64_t kLargestCount = std::int64_t{1} << 53;
constexpr std::size_t kCodeLimit = 128;

simdjson::dom::parser& parser() {
  thread_local simdjson::dom::parser instance;
  return instance;
}

/// A whole number in range, also when written as 12.0; nullopt and `malformed` for anything else
/// but null.
std::optional<std::int64_t> count_of(const element& value, bool& malformed) {
  if (value.is_null()) return std::nullopt;
  std::int64_t number = 0;
  if (value.get(number) == simdjson::SUCCESS && number >= 0 && number <= kLargestCount)
    return number;
  double real = 0;
  if (value.is_double() && value.get(real) == simdjson::SUCCESS && real >= 0 &&
      real <= static_cast<double>(kLargestCount) && real == std::floor(real)) {
    return static_cast<std::int64_t>(real);
  }
  malformed = true;
  return std::nullopt;
}

/// Where in a usage object a count stands.
enum class Within { usage, input_details, output_details, cached_details, elsewhere };

struct CountSource {
  std::optional<std::int64_t> TokenCounts::*count;
  Within within;
  std::string_view name;
};

/// Every name of every count, over all APIs (azure-protocol.md 1.5): of several names the first
/// that has a count.
constexpr std::array kSources{
    CountSource{&TokenCounts::prompt, Within::usage, "prompt_tokens"},
    CountSource{&TokenCounts::prompt, Within::usage, "input_tokens"},
    CountSource{&TokenCounts::completion, Within::usage, "completion_tokens"},
    CountSource{&TokenCounts::completion, Within::usage, "output_tokens"},
    CountSource{&TokenCounts::total, Within::usage, "total_tokens"},
    CountSource{&TokenCounts::cached_prompt, Within::input_details, "cached_tokens"},
    CountSource{&TokenCounts::prompt_audio, Within::input_details, "audio_tokens"},
    CountSource{&TokenCounts::image, Within::input_details, "image_tokens"},
    CountSource{&TokenCounts::reasoning, Within::output_details, "reasoning_tokens"},
    CountSource{&TokenCounts::reasoning, Within::usage, "reasoning_tokens"},  // hosted models
    CountSource{&TokenCounts::completion_audio, Within::output_details, "audio_tokens"},
    CountSource{&TokenCounts::accepted_prediction, Within::output_details,
                "accepted_prediction_tokens"},
    CountSource{&TokenCounts::rejected_prediction, Within::output_details,
                "rejected_prediction_tokens"},
    CountSource{&TokenCounts::cache_write, Within::input_details, "cache_write_tokens"},
    CountSource{&TokenCounts::completion_image, Within::output_details, "image_tokens"},
    CountSource{&TokenCounts::cached_audio, Within::cached_details, "audio_tokens"},
    CountSource{&TokenCounts::cached_image, Within::cached_details, "image_tokens"}};

/// A class of tokens that no name leads to would stay unknown for ever.
constexpr bool every_count_has_a_source() {
  bool all = true;
  visit_token_counts([&](const RecordField&, auto count) {
    bool found = false;
    for (const CountSource& source : kSources) found = found || source.count == count;
    all = all && found;
  });
  return all;
}
static_assert(every_count_has_a_source());

/// The names of a sub-object, as the operations differ: singular in transcriptions and realtime,
/// plural elsewhere.
struct DetailSource {
  Within within;
  std::string_view name;
};
constexpr std::array kDetailSources{
    DetailSource{Within::input_details, "prompt_tokens_details"},
    DetailSource{Within::input_details, "input_tokens_details"},
    DetailSource{Within::input_details, "input_token_details"},
    DetailSource{Within::output_details, "completion_tokens_details"},
    DetailSource{Within::output_details, "output_tokens_details"},
    DetailSource{Within::output_details, "output_token_details"}};

/// Of which kinds the cached tokens are: a sub-object of the details of what went in.
constexpr std::string_view kCachedDetails = "cached_tokens_details";

constexpr NameIndex kCountNames(kSources);
constexpr NameIndex kDetailNames(kDetailSources);

/// The row of each source's name in the index: sources with one name share their first one's.
constexpr auto kCountRows = [] {
  std::array<std::size_t, kSources.size()> rows{};
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = kCountNames.find(kSources[i].name);
  return rows;
}();

/// In sub-objects beside tokens with names of their own: what is left of the whole without those.
constexpr std::string_view kTheRest = "text_tokens";

/// The members of one object whose names are in an index, found in one pass; of several with one
/// name the last, as of several usages in an answer.
template <std::size_t N>
class Members {
 public:
  Members(const object& from, const NameIndex<N>& names) {
    for (const auto field : from) {
      const std::size_t row = names.find(field.key);
      if (row == N) continue;
      values_[row] = field.value;
      found_ |= 1U << row;
    }
  }

  bool has(std::size_t row) const { return ((found_ >> row) & 1U) != 0; }
  const element& operator[](std::size_t row) const { return values_[row]; }

 private:
  std::array<element, N> values_;
  std::uint32_t found_ = 0;
};

/// Fills what is not known yet from an object that stands `within` a usage object.
void read_counts(const object& from, Within within, bool& malformed, TokenCounts& out) {
  const Members members(from, kCountNames);
  for (std::size_t i = 0; i < kSources.size(); ++i) {
    const std::size_t row = kCountRows[i];
    if (kSources[i].within != within || !members.has(row)) continue;
    std::optional<std::int64_t>& count = out.*kSources[i].count;
    if (!count) count = count_of(members[row], malformed);
  }
}

/// Details before the object itself: its own reasoning_tokens count where they have none.
void read_tokens(const object& usage, bool& malformed, TokenCounts& out) {
  const Members details(usage, kDetailNames);
  for (std::size_t row = 0; row < kDetailSources.size(); ++row) {
    object inner;
    if (!details.has(row) || details[row].get(inner) != simdjson::SUCCESS) continue;
    read_counts(inner, kDetailSources[row].within, malformed, out);
    if (kDetailSources[row].within != Within::input_details) continue;
    object cached;
    bool divided = false;
    for (const auto field : inner) {
      if (field.key == kCachedDetails) divided = field.value.get(cached) == simdjson::SUCCESS;
    }
    if (divided) read_counts(cached, Within::cached_details, malformed, out);
  }
  read_counts(usage, Within::usage, malformed, out);
}

/// What an object of that name is, within another one.
Within within_of(std::string_view name, Within outer) {
  if (outer == Within::input_details && name == kCachedDetails) return Within::cached_details;
  if (outer != Within::usage) return Within::elsewhere;
  const std::size_t row = kDetailNames.find(name);
  return row == kDetailSources.size() ? Within::elsewhere : kDetailSources[row].within;
}

bool is_counted(std::string_view name, Within within) {
  const std::size_t first = kCountNames.find(name);
  return std::any_of(kSources.begin() + first, kSources.end(), [&](const CountSource& source) {
    return source.within == within && source.name == name;
  });
}

/// Objects so named tell how long something took: `latency_checkpoint` (azure-protocol.md 3).
constexpr std::string_view kLatency = "latency";

/// Numbers that are no count of a record, may be billed, and are not 0.
void note_uncounted(const object& from, Within within, Uncounted& uncounted) {
  for (const auto field : from) {
    object inner;
    if (field.value.get(inner) == simdjson::SUCCESS) {
      if (field.key.find(kLatency) != std::string_view::npos) continue;
      note_uncounted(inner, within_of(field.key, within), uncounted);
      continue;
    }
    double number = 0;
    if (!field.value.is_number() || field.value.get(number) != simdjson::SUCCESS || number == 0)
      continue;
    if (is_counted(field.key, within) || (within != Within::usage && field.key == kTheRest))
      continue;
    uncounted.add(measure_of(field.key));
  }
}

/// Seconds as milliseconds, where that is a number that a length can be.
std::optional<std::int64_t> milliseconds_of(const element& seconds) {
  double number = 0;
  const bool usable = seconds.is_number() && seconds.get(number) == simdjson::SUCCESS &&
                      number >= 0 && number <= static_cast<double>(kLargestCount) / 1000;
  return usable ? std::optional<std::int64_t>(std::llround(number * 1000)) : std::nullopt;
}

/// An embedding has no completion: its total is its prompt.
bool lacks_a_count(const TokenCounts& tokens) {
  const bool no_completion = tokens.total && tokens.total == tokens.prompt;
  return !tokens.prompt || (!tokens.completion && !no_completion);
}

/// Of a whole and its parts, those of several requests aside: there some may have told no total.
bool contradict_each_other(const TokenCounts& tokens) {
  const std::int64_t told = tokens.prompt.value_or(0) + tokens.completion.value_or(0);
  return (tokens.total && told > *tokens.total) || parts_exceed_wholes(tokens);
}

}  // namespace

UsageCounts parse_usage(std::string_view json) {
  UsageCounts out;
  object usage;
  if (parser().parse(simdjson::padded_string(json)).get(usage) != simdjson::SUCCESS) return out;
  out.is_object = true;
  read_tokens(usage, out.malformed, out.tokens);
  out.any_count = out.tokens.prompt || out.tokens.completion || out.tokens.total;
  out.incomplete = lacks_a_count(out.tokens);
  out.contradictory = contradict_each_other(out.tokens);
  note_uncounted(usage, Within::usage, out.uncounted);
  element seconds;
  out.duration_only = !out.any_count && usage["seconds"].get(seconds) == simdjson::SUCCESS;
  if (out.duration_only) out.duration_ms = milliseconds_of(seconds);
  return out;
}

namespace {

/// The error's own word, `code` before `type`.
std::string outer_code(const element& error) {
  for (const std::string_view key : {"code", "type"}) {
    std::string_view text;
    if (error[key].get(text) == simdjson::SUCCESS && !text.empty()) {
      return whole_word(text, kCodeLimit, kTooLong);
    }
    std::int64_t number = 0;
    if (error[key].get(number) == simdjson::SUCCESS) return std::to_string(number);
  }
  return {};
}

}  // namespace

std::string parse_error_code(std::string_view json) {
  element root;
  if (parser().parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS) return {};
  std::string outer = outer_code(root);
  // The inner error says it where the outer code is a general one (azure-protocol.md 3.2).
  const bool says_it_inside = !is_filter_word(outer) && is_filter_refusal(json);
  return says_it_inside ? std::string(kContentFilter) : outer;
}

std::string parse_id(std::string_view json) {
  element root;
  std::string_view id;
  if (json.empty() || parser().parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS)
    return {};
  if (root["id"].get(id) != simdjson::SUCCESS) return {};
  return whole_word(id, kCodeLimit);
}

std::string parse_incomplete_reason(std::string_view json) {
  element root;
  std::string_view reason;
  if (parser().parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS) return {};
  if (root["reason"].get(reason) != simdjson::SUCCESS) return {};
  return whole_word(reason, kCodeLimit, kTooLong);
}

}  // namespace tollgate::usage
