// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rate_fields.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "tollgate/base/text.hpp"
#include "tollgate/base/text_builder.hpp"

namespace tollgate::proxy {
namespace {

constexpr std::string_view kRatePrefix = "x-ratelimit-";

/// The names of one kind's fields.
struct FieldNames {
  std::string_view limit;
  std::string_view remaining;
  std::string_view reset;
};
constexpr FieldNames kRequests{"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",
                               "x-ratelimit-reset-requests"};
constexpr FieldNames kTokens{"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens",
                             "x-ratelimit-reset-tokens"};
constexpr std::size_t kUsualLines = 256;

std::optional<std::int64_t> number_in(std::string_view value) {
  const std::string_view text = trim(value);
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(out) : std::nullopt;
}

/// As Azure writes it, or otherwise: the first is found out faster.
bool is_called(std::string_view name, std::string_view lower_case) {
  return name == lower_case || iequals(name, lower_case);
}

/// How much of each kind a backend says is left.
struct Theirs {
  std::optional<std::int64_t> requests;
  std::optional<std::int64_t> tokens;
};

/// One pass: every answer is asked for both.
Theirs left_at(const http::ResponseHead& backend) {
  Theirs out;
  for (const http::Field& field : backend.fields) {
    const std::string_view name = field.name;
    if (name.size() != kRequests.remaining.size() && name.size() != kTokens.remaining.size())
      continue;
    if (!out.requests && is_called(name, kRequests.remaining))
      out.requests = number_in(field.value);
    if (!out.tokens && is_called(name, kTokens.remaining)) out.tokens = number_in(field.value);
  }
  return out;
}

void add_room(TextBuilder& out, const std::optional<quotas::Room>& ours, const FieldNames& names,
              const std::optional<std::int64_t>& theirs) {
  if (!ours || (theirs && *theirs <= ours->remaining)) return;
  const auto reset = std::chrono::ceil<seconds>(std::max(ours->reset, milliseconds(0))).count();
  out.add(names.limit).add(": ").add_number(ours->limit).add("\r\n");
  out.add(names.remaining).add(": ").add_number(ours->remaining).add("\r\n");
  // With its unit, as OpenAI writes it: a bare number would be seconds to some and milliseconds to
  // others.
  out.add(names.reset).add(": ").add_number(reset).add("s\r\n");
}

}  // namespace

std::string rate_lines(const quotas::Tightest& ours, const http::ResponseHead* backend) {
  if (!ours.requests && !ours.tokens) return {};
  TextBuilder out(kUsualLines);
  const Theirs theirs = backend == nullptr ? Theirs() : left_at(*backend);
  add_room(out, ours.requests, kRequests, theirs.requests);
  add_room(out, ours.tokens, kTokens, theirs.tokens);
  return out.take();
}

bool replaces(std::string_view lines, std::string_view field_name) {
  if (lines.empty() || !iequals(field_name.substr(0, kRatePrefix.size()), kRatePrefix))
    return false;
  const std::string kind = to_lower(std::string(field_name.substr(field_name.rfind('-') + 1)));
  return lines.find("x-ratelimit-limit-" + kind + ":") != std::string_view::npos;
}

}  // namespace tollgate::proxy
