// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "refusal_writer.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "key_in_text.hpp"
#include "record_builder.hpp"
#include "tollgate/base/hashed_key.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/http/client_address.hpp"
#include "tollgate/http/percent.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kMethodLimit = 32;
/// Of what may be shown of a path, and a key that begins there.
constexpr std::size_t kLongestSearched = 2 * usage::kLongestWord;
/// Whether the text holds a key, or is part of what the request shows for itself, or holds it.
bool may_be_credential(std::string_view text, const http::RequestHead& head,
                       const config::Config& config) {
  if (text.size() < kShortestKey) return false;
  for (const http::Field& field : head.fields) {
    const bool shown = field.value.find(text) != std::string_view::npos;
    const bool held =
        field.value.size() >= kShortestKey && text.find(field.value) != std::string_view::npos;
    if (shown || held) return true;
  }
  return holds_key(text, config);
}

/// A part of a request line of which nothing is known. What is as long as a credential and has a
/// digit may be one, or hold one: names that are looked for in a path are shorter or have none.
std::string_view shown(std::string_view sent, std::string_view meant, const http::RequestHead& head,
                       const config::Config& config) {
  if (may_be_credential(meant, head, config)) return "(a credential)";
  const bool digits = meant.find_first_of("0123456789") != std::string_view::npos;
  return meant.size() >= kShortestKey && digits ? "(hidden)" : sent;
}

}  // namespace

/// Whatever was put into the model's place: a key that got there by mistake must not go on into the
/// log (promise 6).
std::string RefusalWriter::model_for_the_log() const {
  if (may_be_credential(model_, head_, config_)) return "(a credential)";
  return words_.model(sanitize_utf8(model_, usage::kLongestWord));
}

std::string RefusalWriter::method_for_the_log() const {
  return sanitize_utf8(shown(head_.method, head_.method, head_, config_), kMethodLimit);
}

/// Of a request that no operation wants, or whose sender is not known: as it was sent, without its
/// query.
std::string RefusalWriter::path_for_the_log() const {
  if (target_ != nullptr) return "";
  std::string_view rest = head_.target.substr(0, head_.target.find_first_of("?#"));
  std::string out;
  std::string seen;  // decoded, without what is hidden already
  while (seen.size() < kLongestSearched) {
    const std::string_view segment = rest.substr(0, rest.find('/'));
    const std::string meant = http::percent_decode(segment).value_or(std::string(segment));
    const std::string_view told = shown(segment, meant, head_, config_);
    out.append(told);
    if (told == segment) seen.append(meant);
    if (segment.size() == rest.size()) break;
    out.push_back('/');
    seen.push_back('/');
    rest.remove_prefix(segment.size() + 1);
  }
  // A key may have slashes of its own: it would be shown in pieces.
  return holds_key(seen, config_) ? "(a credential)"
                                  : words_.text(sanitize_utf8(out, usage::kLongestWord));
}

void RefusalWriter::log(const Refusal& refusal) {
  if (lines_ == nullptr || refusal.status < 400) return;
  const auto left_out = lines_->next(std::chrono::steady_clock::now());
  if (!left_out) return;
  const std::string_view operation = target_ == nullptr ? "" : target_->operation->id;
  telemetry::log::info(
      "request.refused",
      {{"request_id", id_.to_string()},
       {"client", client_name_},
       {"caller_ip", http::client_address(client_.peer, head_.fields, client_.proxies)},
       {"operation", operation},
       {"method", head_.target.empty() ? "" : method_for_the_log()},
       {"path", path_for_the_log()},
       {"requested_model", model_for_the_log()},
       {"status", refusal.status},
       {"error_code", refusal.code},
       {"detail", refusal.detail.empty() ? refusal.message : refusal.detail},
       {"correlation_id", words_.text(sanitize_utf8(without_key(correlation_id(head_), config_),
                                                    usage::kLongestWord))},
       {"left_out", *left_out}});
}

std::string RefusalWriter::rate_lines() const {
  if (permits_ == nullptr) return {};
  const quotas::LimitSet* const met = limits_ == nullptr ? permits_->of_client(*limited_) : limits_;
  return permits_->rate_lines(met, nullptr);
}

asio::awaitable<Afterwards> RefusalWriter::write(Refusal refusal) {
  if (refusal.status == 0) co_return Afterwards::abort;
  log(refusal);
  const bool keep = body_read_ && client_.keeps_alive(head_) && refusal.status != 408;
  refusal.extra_fields.append(rate_lines()).append(client_.answer_lines);
  const std::string bytes = render(refusal, id_.to_string(), keep, head_.method == "HEAD");
  client_.stream.deadline(std::chrono::steady_clock::now() + config_.limits.client_write_timeout);
  if (refusal.answer.empty()) metrics_.count_refusal(refusal.status);
  const Result<void> written = co_await client_.stream.write(bytes);
  client_.stream.no_deadline();
  if (!written) co_return Afterwards::abort;
  if (keep) co_return Afterwards::keep;
  co_return body_read_ ? Afterwards::close : Afterwards::linger;
}

}  // namespace tollgate::proxy
