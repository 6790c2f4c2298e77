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
constexpr std::string_view kRemaining = "x-ratelimit-remaining-";
constexpr std::size_t kUsualLines = 256;

std::optional<std::int64_t> number_in(std::string_view value) {
  const std::string_view text = trim(value);
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(out) : std::nullopt;
}

bool is_tighter(const quotas::Room& ours, std::string_view kind,
                const http::ResponseHead* backend) {
  if (backend == nullptr) return true;
  const auto theirs = number_in(backend->find(std::string(kRemaining).append(kind)));
  return !theirs || ours.remaining < *theirs;
}

void add_room(TextBuilder& out, const std::optional<quotas::Room>& ours, std::string_view kind,
              const http::ResponseHead* backend) {
  if (!ours || !is_tighter(*ours, kind, backend)) return;
  const auto reset = std::chrono::ceil<seconds>(std::max(ours->reset, milliseconds(0))).count();
  out.add("x-ratelimit-limit-").add(kind).add(": ").add_number(ours->limit).add("\r\n");
  out.add(kRemaining).add(kind).add(": ").add_number(ours->remaining).add("\r\n");
  // With its unit, as OpenAI writes it: a bare number would be seconds to some and milliseconds to
  // others.
  out.add("x-ratelimit-reset-").add(kind).add(": ").add_number(reset).add("s\r\n");
}

}  // namespace

std::string rate_lines(const quotas::Tightest& ours, const http::ResponseHead* backend) {
  if (!ours.requests && !ours.tokens) return {};
  TextBuilder out(kUsualLines);
  add_room(out, ours.requests, "requests", backend);
  add_room(out, ours.tokens, "tokens", backend);
  return out.take();
}

bool replaces(std::string_view lines, std::string_view field_name) {
  if (lines.empty() || !iequals(field_name.substr(0, kRatePrefix.size()), kRatePrefix))
    return false;
  const std::string kind = to_lower(std::string(field_name.substr(field_name.rfind('-') + 1)));
  return lines.find("x-ratelimit-limit-" + kind + ":") != std::string_view::npos;
}

}  // namespace tollgate::proxy
