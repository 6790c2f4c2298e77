// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_counts.hpp"

#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <tuple>

#include <simdjson.h>

#include "tollgate/base/text.hpp"

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

/// A whole number in range, also when written as 12.0; nullopt and `malformed` for anything else but null.
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

/// The names of a sub-object, as the operations differ: singular in transcriptions and realtime, plural elsewhere.
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

class Reader {
 public:
  Reader(const object& usage, bool& malformed) : usage_(usage), malformed_(malformed) {}

  /// The first of the names that has a count.
  std::optional<std::int64_t> count(std::initializer_list<std::string_view> names) const {
    return count_in(usage_, names);
  }

  /// The same inside the first of the sub-objects that has one.
  std::optional<std::int64_t> detail(const Details& objects, std::string_view name) const {
    for (const object& inner : objects) {
      if (const auto found = count_in(inner, {name})) return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::int64_t> count_in(const object& from,
                                       std::initializer_list<std::string_view> names) const {
    for (const std::string_view name : names) {
      element value;
      if (from[name].get(value) != simdjson::SUCCESS) continue;
      if (const auto found = count_of(value, malformed_)) return found;
    }
    return std::nullopt;
  }

  const object& usage_;
  bool& malformed_;
};

void read_tokens(const object& usage, bool& malformed, TokenCounts& out) {
  const Reader read(usage, malformed);
  const Details in(usage, kOfInput);
  const Details of_output(usage, kOfOutput);
  out.prompt = read.count({"prompt_tokens", "input_tokens"});
  out.completion = read.count({"completion_tokens", "output_tokens"});
  out.total = read.count({"total_tokens"});
  out.cached_prompt = read.detail(in, "cached_tokens");
  out.prompt_audio = read.detail(in, "audio_tokens");
  out.reasoning = read.detail(of_output, "reasoning_tokens");
  if (!out.reasoning) out.reasoning = read.count({"reasoning_tokens"});  // some hosted models
  out.completion_audio = read.detail(of_output, "audio_tokens");
  out.image = read.detail(in, "image_tokens");
  out.accepted_prediction = read.detail(of_output, "accepted_prediction_tokens");
  out.rejected_prediction = read.detail(of_output, "rejected_prediction_tokens");
}

}  // namespace

UsageCounts parse_usage(std::string_view json) {
  UsageCounts out;
  object usage;
  if (parser().parse(simdjson::padded_string(json)).get(usage) != simdjson::SUCCESS) return out;
  out.is_object = true;
  read_tokens(usage, out.malformed, out.tokens);
  out.any_count = out.tokens.prompt || out.tokens.completion || out.tokens.total;
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
