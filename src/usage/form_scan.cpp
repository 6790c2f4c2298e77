// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/form_parts.hpp"
#include "tollgate/usage/image_words.hpp"
#include "tollgate/usage/request_scan.hpp"

namespace tollgate::usage {
namespace {

constexpr std::size_t kLongestValue = 256;

constexpr std::array<std::string_view, 3> kFields{"model", "stream", "user"};

/// As with the members of JSON: whether a backend takes `Stream` cannot be known.
void check_spelling(std::string_view name, RequestScan& out) {
  for (const std::string_view field : kFields) {
    if (iequals(name, field) && name != field) out.misspelt_member = field;
  }
}

constexpr std::string_view kAnswerForm = "response_format";

constexpr std::array<std::pair<std::string_view, AnswerForm>, 6> kAnswerForms{
    {{"json", AnswerForm::json},
     {"verbose_json", AnswerForm::json},
     {"diarized_json", AnswerForm::json},
     {"text", AnswerForm::text},
     {"srt", AnswerForm::text},
     {"vtt", AnswerForm::text}}};

AnswerForm answer_form(std::string_view word) {
  const auto* const known =
      std::ranges::find(kAnswerForms, word, &std::pair<std::string_view, AnswerForm>::first);
  return known == kAnswerForms.end() ? AnswerForm::unknown : known->second;
}

/// In other letters' case, as a file or with two meanings: nobody knows which one a backend takes.
void take_answer_form(const FormPart& part, std::string_view value,
                      std::optional<AnswerForm>& told) {
  if (!iequals(part.name, kAnswerForm)) return;
  const bool is_plain = part.name == kAnswerForm && !part.is_file;
  const AnswerForm form = is_plain ? answer_form(value) : AnswerForm::unknown;
  told = !told || *told == form ? form : AnswerForm::unknown;
}

void take_field(std::string_view name, std::string_view value, RequestScan& out) {
  if (value.size() > kLongestValue) return;
  if (name == "stream") {
    out.stream = value == "true" || value == "True";
  } else if (name == "user") {
    out.end_user = sanitize_utf8(value, kLongestValue);
  } else if (name == "size") {
    out.image_size = image_size_word(value);
  } else if (name == "quality") {
    out.image_quality = image_quality_word(value);
  }
}

}  // namespace

RequestScan scan_form(std::span<const FormPart> parts, std::string_view body) {
  RequestScan out;
  out.form = true;
  bool model_seen = false;
  std::optional<AnswerForm> answer_form;
  for (const FormPart& part : parts) {
    const std::string_view value = body.substr(part.begin, part.end - part.begin);
    take_answer_form(part, value, answer_form);
    if (part.is_file) continue;
    check_spelling(part.name, out);
    if (part.name == "model") {
      out.duplicate_member = out.duplicate_member || std::exchange(model_seen, true);
    }
    take_field(part.name, value, out);
  }
  out.answer_form = answer_form.value_or(AnswerForm::json);
  return out;
}

}  // namespace tollgate::usage
