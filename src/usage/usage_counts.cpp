// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_counts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <tuple>

#include <simdjson.h>

#include "tollgate/base/text.hpp"
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

/// The names of a sub-object, as the operations differ: singular in transcriptions and realtime,
/// plural elsewhere.
using DetailNames = std::array<std::string_view, 3>;
constexpr DetailNames kOfInput{"prompt_tokens_details", "input_tokens_details",
                               "input_token_details"};
constexpr DetailNames kOfOutput{"completion_tokens_details", "output_tokens_details",
                                "output_token_details"};

/// Those of an object's sub-objects that are there.
class Details {
 public:
  Details(const object& usage, const DetailNames& names) {
    for (const std::string_view name : names) {
      if (usage[name].get(found_[count_]) == simdjson::SUCCESS) ++count_;
    }
  }

  const object* begin() const { return found_.data(); }
  const object* end() const { return found_.data() + count_; }

 private:
  std::array<object, std::tuple_size_v<DetailNames>> found_;
  std::size_t count_ = 0;
};

/// Where in a usage object a count stands.
enum class Within { usage, input_details, output_details, elsewhere };

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
    CountSource{&TokenCounts::completion_image, Within::output_details, "image_tokens"}};

/// In sub-objects beside tokens with names of their own: what is left of the whole without those.
constexpr std::string_view kTheRest = "text_tokens";

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

std::optional<std::int64_t> count_in(const object& from, std::string_view name, bool& malformed) {
  element value;
  if (from[name].get(value) != simdjson::SUCCESS) return std::nullopt;
  return count_of(value, malformed);
}

void read_tokens(const object& usage, bool& malformed, TokenCounts& out) {
  const Details in(usage, kOfInput);
  const Details of_output(usage, kOfOutput);
  for (const CountSource& source : kSources) {
    std::optional<std::int64_t>& count = out.*source.count;
    if (source.within == Within::usage) {
      if (!count) count = count_in(usage, source.name, malformed);
      continue;
    }
    for (const object& inner : source.within == Within::input_details ? in : of_output) {
      if (!count) count = count_in(inner, source.name, malformed);
    }
  }
}

bool is_one_of(std::string_view name, const DetailNames& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_counted(std::string_view name, Within within) {
  return std::any_of(kSources.begin(), kSources.end(), [&](const CountSource& source) {
    return source.within == within && source.name == name;
  });
}

/// Numbers that are no count of a record, measure what may be billed, and are not 0.
void note_uncounted(const object& from, Within within, Uncounted& uncounted) {
  for (const auto field : from) {
    object inner;
    if (field.value.get(inner) == simdjson::SUCCESS) {
      const bool at_top = within == Within::usage;
      const bool of_input = at_top && is_one_of(field.key, kOfInput);
      const bool of_output = at_top && is_one_of(field.key, kOfOutput);
      note_uncounted(inner,
                     of_input    ? Within::input_details
                     : of_output ? Within::output_details
                                 : Within::elsewhere,
                     uncounted);
      continue;
    }
    double number = 0;
    if (!field.value.is_number() || field.value.get(number) != simdjson::SUCCESS || number == 0)
      continue;
    if (is_counted(field.key, within) || (within != Within::usage && field.key == kTheRest))
      continue;
    if (const auto what = measure_of(field.key)) uncounted.add(*what);
  }
}

/// An embedding has no completion: its total is its prompt.
bool lacks_a_count(const TokenCounts& tokens) {
  const bool no_completion = tokens.total && tokens.total == tokens.prompt;
  return !tokens.prompt || (!tokens.completion && !no_completion);
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
  note_uncounted(usage, Within::usage, out.uncounted);
  element seconds;
  out.duration_only = !out.any_count && usage["seconds"].get(seconds) == simdjson::SUCCESS;
  return out;
}

std::string parse_error_code(std::string_view json) {
  element root;
  if (parser().parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS) return {};
  for (const std::string_view key : {"code", "type"}) {
    std::string_view text;
    if (root[key].get(text) == simdjson::SUCCESS && !text.empty()) {
      return sanitize_utf8(text, kCodeLimit);
    }
    std::int64_t number = 0;
    if (root[key].get(number) == simdjson::SUCCESS) return std::to_string(number);
  }
  return {};
}

std::string parse_id(std::string_view json) {
  element root;
  std::string_view id;
  if (json.empty() || parser().parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS)
    return {};
  if (root["id"].get(id) != simdjson::SUCCESS) return {};
  return sanitize_utf8(id, kCodeLimit);
}

std::string parse_incomplete_reason(std::string_view json) {
  element root;
  std::string_view reason;
  if (parser().parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS) return {};
  if (root["reason"].get(reason) != simdjson::SUCCESS) return {};
  return sanitize_utf8(reason, kCodeLimit);
}

}  // namespace tollgate::usage
