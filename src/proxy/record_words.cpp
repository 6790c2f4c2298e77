// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_words.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/base/text.hpp"
#include "tollgate/capture/caller.hpp"
#include "tollgate/capture/terms.hpp"
#include "tollgate/pricing/cost.hpp"

namespace tollgate::proxy {
namespace {

constexpr std::size_t kLongestModelName = 128;

bool is_model_name(std::string_view text) {
  const auto plain = [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == ':' || c == '/';
  };
  return text.size() <= kLongestModelName && std::all_of(text.begin(), text.end(), plain);
}

void redact(std::string& text, const capture::Recorder& recorder) {
  if (!text.empty()) text = recorder.redacted(std::move(text));
}

}  // namespace

ClientWords client_words(usage::UsageRecord& record) {
  ClientWords out{&record.correlation_id, &record.conversation_id, &record.end_user,
                  &record.api_version, &record.requested_service_tier};
  if (!capture::proves_custom_id(record)) out.push_back(&record.caller_custom_id);
  return out;
}

void redact_client_words(usage::UsageRecord& record, const capture::Recorder& recorder) {
  for (std::string* const text : client_words(record)) {
    // A word of ours tells nothing of anybody, and the price is found by it.
    const bool is_tier = text == &record.requested_service_tier && pricing::tier_named(*text);
    const std::size_t seen = text->size();
    if (!is_tier) redact(*text, recorder);
    *text = kept_word(*text, seen);
  }
  record.caller_custom_id = sanitize_utf8(record.caller_custom_id, kLongestWord);
}

void cut_client_words(usage::UsageRecord& record) {
  for (std::string* const text : client_words(record)) *text = kept_word(*text, text->size());
  record.caller_custom_id = sanitize_utf8(record.caller_custom_id, kLongestWord);
}

std::string kept_word(const std::string& word, std::size_t seen) {
  constexpr std::size_t kLetter = 4;  // of UTF-8, at most: it was cut in front of one
  const bool was_cut = seen + kLetter > kLongestWordSeen;
  const std::size_t behind = was_cut ? seen - kLongestWord : 0;
  return sanitize_utf8(word, std::min(kLongestWord, word.size() - std::min(word.size(), behind)));
}

RefusedWords::RefusedWords(const capture::Recorder* recorder, const config::Config& config,
                           const config::Client& client, UtcTime now) {
  if (recorder == nullptr) return;
  const capture::Terms terms = capture::terms_for(config.audit, client.audit, std::nullopt, now);
  if (terms.level == config::AuditLevel::redacted) recorder_ = recorder;
}

std::string RefusedWords::text(std::string text) const {
  if (recorder_ != nullptr) redact(text, *recorder_);
  return text;
}

std::string RefusedWords::model(std::string name) const {
  if (recorder_ != nullptr && !is_model_name(name)) return "(no model's name)";
  return text(std::move(name));
}

}  // namespace tollgate::proxy
