// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "making.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <utility>

#include "inquiry.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/capture/names_in_rows.hpp"
#include "tollgate/config/trusted_files.hpp"
#include "tollgate/http/client_transport.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/redaction/text_redaction.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::capture {

namespace asio = boost::asio;

namespace {

/// A key for one purpose, which says nothing about the one that it follows from.
Secret key_from(const Secret& key, std::string_view purpose) {
  const Sha256 derived = hmac_sha256(key.reveal(), purpose);
  return Secret(to_hex({reinterpret_cast<const char*>(derived.data()), derived.size()}));
}

/// A character of UTF-8 is not split.
bool may_be_cut(std::string_view word) {
  constexpr std::size_t kLongestRest = 3;
  return word.size() + kLongestRest >= usage::kLongestWord;
}

/// The last words in which the rules of one configuration found nothing: answers name the same
/// model and reason again and again, and to look at one takes some 6,000 instructions.
class CleanWords {
 public:
  bool holds(std::uint64_t rules, std::string_view word) const {
    return rules == rules_ && std::ranges::find(words_, word) != words_.end();
  }
  void keep(std::uint64_t rules, std::string word) {
    constexpr std::size_t kLongest = 64;
    if (word.size() > kLongest) return;
    if (rules != rules_) *this = {};
    rules_ = rules;
    words_[next_] = std::move(word);
    next_ = (next_ + 1) % words_.size();
  }

 private:
  std::uint64_t rules_ = 0;
  std::array<std::string, 16> words_;
  std::size_t next_ = 0;  ///< the oldest
};

}  // namespace

Result<std::shared_ptr<const Making>> Making::make(const config::Config& config,
                                                   net::DeadlineSweep& sweep,
                                                   asio::any_io_executor executor) {
  Result<redaction::Rules> rules = redaction::Rules::compile(config.audit.redaction.rules);
  if (!rules) return rules.error();
  std::shared_ptr<Analyzer> analyzer;
  if (const auto& external = config.audit.redaction.external) {
    Result<net::ClientTls> tls =
        net::ClientTls::make(config::trusted_files(config, external->ca_certificates));
    if (!tls) return tls.error();
    analyzer = std::make_shared<Analyzer>(
        *external, std::make_unique<http::ClientTransport>(std::move(*tls), sweep),
        std::move(executor));
  }
  return std::make_shared<const Making>(config.audit, std::move(*rules), std::move(analyzer));
}

Secret Making::key_of_words(const config::Audit& settings) {
  if (settings.redaction.hmac) return *settings.redaction.hmac;
  return key_from(settings.encryption_keys.front(), "names of conversations and users");
}

Secret Making::key_of_sampling(const config::Audit& settings) {
  constexpr std::string_view kPurpose = "sampling of conversations";
  if (settings.caller_key) return key_from(*settings.caller_key, kPurpose);
  if (settings.redaction.hmac) return key_from(*settings.redaction.hmac, kPurpose);
  return settings.encryption_keys.empty() ? Secret()
                                          : key_from(settings.encryption_keys.front(), kPurpose);
}

Result<std::string> name_in_rows(const config::Audit& settings, const std::string& name) {
  const Result<redaction::Rules> rules = redaction::Rules::compile(settings.redaction.rules);
  return rules ? name_in_rows(settings, *rules, name) : rules.error();
}

Result<std::string> name_in_rows(const config::Audit& settings, const redaction::Rules& rules,
                                 const std::string& name) {
  std::string word = sanitize_utf8(trim(name), usage::kLongestWord);
  redaction::Replacer numbered;
  if (!may_be_cut(word) && redaction::redact_text(rules, numbered, word) == word) return word;
  if (!settings.redaction.hmac && settings.encryption_keys.empty())
    return Error{
        Errc::invalid_input,
        "a personal value is looked for, and the trail's keys that replace it are not here"};
  return Making::redacted_word(rules, Making::key_of_words(settings), std::move(word));
}

std::shared_ptr<redaction::Replacer> Making::make_replacer() const {
  const std::optional<Secret>& key = settings.redaction.hmac;
  return key ? std::make_shared<redaction::Replacer>(*key)
             : std::make_shared<redaction::Replacer>();
}

std::uint64_t Making::next_number() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

std::string Making::redacted(std::string word) const {
  thread_local CleanWords clean;
  if (clean.holds(number_, word)) return word;
  std::string out = redacted_word(rules, words_key, word);
  if (out == word) clean.keep(number_, std::move(word));
  return out;
}

std::string Making::redacted_word(const redaction::Rules& rules, const Secret& words_key,
                                  std::string word) {
  redaction::Replacer replacer(words_key);
  if (may_be_cut(word)) return replacer.replacement("long", word);
  return redaction::redact_text(rules, replacer, std::move(word));
}

bool Making::is_asked_about(const Exchange& exchange) const {
  return analyzer != nullptr && exchange.terms.level == config::AuditLevel::redacted &&
         (exchange.request || exchange.answer);
}

asio::awaitable<std::string> Making::look_outside(PreparedExchange& prepared) const {
  const Inquiry inquiry(prepared);
  Result<Inquiry::Findings> findings = Error{Errc::too_large, "the content is too large for it"};
  if (!inquiry.too_much())
    findings = co_await analyzer->ask(prepared.base.client_name, inquiry.pieces());
  if (findings) {
    const std::string before = conversation_in(prepared);
    inquiry.take_out(*findings, prepared);
    hide_changed_conversation(prepared, before, words_key);
    co_return std::string();
  }
  give_up(settings.redaction.external->on_failure, prepared);
  co_return findings.error().message;
}

}  // namespace tollgate::capture
