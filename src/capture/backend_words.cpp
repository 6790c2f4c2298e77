// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/backend_words.hpp"

#include <array>
#include <exception>
#include <string>
#include <utility>

namespace tollgate::capture {
namespace {

auto backend_words(usage::UsageRecord& record) {
  return std::array{&record.model,
                    &record.served_deployment,
                    &record.service_tier,
                    &record.finish_reason,
                    &record.error_code,
                    &record.response_id,
                    &record.backend_request_id};
}

void redact_word(std::string& text, const Recorder& recorder) {
  if (!text.empty()) text = recorder.redacted(std::move(text));
}

}  // namespace

void redact_backend_words(usage::UsageRecord& record, const Recorder& recorder) noexcept {
  try {
    for (std::string* const text : backend_words(record)) redact_word(*text, recorder);
    for (usage::Attempt& attempt : record.attempts) redact_word(attempt.error, recorder);
  } catch (const std::exception&) {
    drop_backend_words(record);
  }
}

void drop_backend_words(usage::UsageRecord& record) noexcept {
  for (std::string* const text : backend_words(record)) text->clear();
  for (usage::Attempt& attempt : record.attempts) attempt.error.clear();
}

}  // namespace tollgate::capture
