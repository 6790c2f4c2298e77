// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "blob_answers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "http_answers.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::exporters::append_blob {
namespace {

constexpr std::size_t kCodeLimit = 100;

std::string_view code_of(const http::ClientResponse& answer) {
  return http::find_field(answer.fields, "x-ms-error-code");
}

std::string reason_of(const http::ClientResponse& answer) {
  std::string out = "status " + std::to_string(answer.status);
  const std::string_view code = code_of(answer);
  if (!code.empty()) out += ", " + sanitize_utf8(code, kCodeLimit);
  return out;
}

bool is_success(int status) { return status >= 200 && status < 300; }

Judgement as(Outcome outcome, const http::ClientResponse& answer, UtcTime now) {
  std::string why = reason_of(answer);
  if (is_success(answer.status)) why += " is not the service's answer: a proxy's?";
  return {outcome, {std::move(why), asked_pause(answer, now), !passes_by_itself(answer.status)}};
}

std::optional<std::uint64_t> number_in(const http::ClientResponse& answer, const char* field) {
  const std::string_view text = http::find_field(answer.fields, field);
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

template <std::size_t N>
bool has_code(const http::ClientResponse& answer, const std::array<std::string_view, N>& codes) {
  return std::find(codes.begin(), codes.end(), code_of(answer)) != codes.end();
}

/// A blob that immutability protects is answered for before the condition is looked at.
constexpr std::array<std::string_view, 5> kThere{"BlobAlreadyExists", "ConditionNotMet",
                                                 "BlobImmutableDueToPolicy", "InvalidBlobType",
                                                 "UnauthorizedBlobOverwrite"};
constexpr std::array<std::string_view, 8> kNoMore{"BlockCountExceedsLimit",
                                                  "BlobIsSealed",
                                                  "BlobImmutableDueToPolicy",
                                                  "InvalidBlobType",
                                                  "BlobArchived",
                                                  "LeaseIdMissing",
                                                  "LeaseNotPresentWithBlobOperation",
                                                  "BlobBeingRehydrated"};

}  // namespace

Judgement judge_create(const http::ClientResponse& answer, UtcTime now) {
  if (answer.status == 201) return {Outcome::done, {}};
  if (has_code(answer, kThere)) return as(Outcome::there, answer, now);
  return as(Outcome::refused, answer, now);
}

Judgement judge_append(const http::ClientResponse& answer, std::uint64_t position, UtcTime now) {
  const int status = answer.status;
  if (status == 201 && number_in(answer, "x-ms-blob-append-offset") == position)
    return {Outcome::done, {}};
  if (is_success(status) || status == 408 || status >= 500)
    return as(Outcome::unknown, answer, now);
  if (code_of(answer) == "AppendPositionConditionNotMet")
    return as(Outcome::elsewhere, answer, now);
  if (has_code(answer, kNoMore)) return as(Outcome::no_more, answer, now);
  if (code_of(answer) == "BlobNotFound") return as(Outcome::gone, answer, now);
  if (status == 413) return as(Outcome::too_large, answer, now);
  return as(Outcome::refused, answer, now);
}

Judgement judge_read(const http::ClientResponse& answer, UtcTime now) {
  if (answer.status == 200 || answer.status == 206) return {Outcome::done, {}};
  if (code_of(answer) == "BlobNotFound") return as(Outcome::gone, answer, now);
  return as(Outcome::refused, answer, now);
}

Result<BlobState> state_of(const http::ClientResponse& answer) {
  const auto length = number_in(answer, "content-length");
  if (!length) return Error{Errc::protocol, "an answer does not say how long the blob is"};
  const bool appends = http::find_field(answer.fields, "x-ms-blob-type") == "AppendBlob";
  const bool sealed = iequals(http::find_field(answer.fields, "x-ms-blob-sealed"), "true");
  return BlobState{*length, number_in(answer, "x-ms-blob-committed-block-count").value_or(0),
                   appends && !sealed};
}

}  // namespace tollgate::exporters::append_blob
