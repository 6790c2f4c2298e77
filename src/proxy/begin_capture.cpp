// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "begin_capture.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>

#include "record_words.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

capture::Terms terms_of(const AuditedRequest& request, UtcTime now) {
  const std::vector<config::Model>& models = request.config.models;
  const auto model = std::find_if(models.begin(), models.end(), [&](const config::Model& one) {
    return one.name == request.model;
  });
  return capture::terms_for(request.config.audit, request.client.audit,
                            model == models.end() ? std::nullopt : model->audit, now);
}

}  // namespace

std::unique_ptr<capture::Capture> begin_capture(const AuditedRequest& request,
                                                usage::UsageRecord& intent) {
  if (request.recorder == nullptr) {
    cut_client_words(intent);
    return nullptr;
  }
  const capture::Terms terms = terms_of(request, intent.event_time);
  intent.audit_level = terms.level;
  if (terms.level == config::AuditLevel::redacted && terms.keeps_anything()) {
    redact_client_words(intent, *request.recorder);
  } else {
    cut_client_words(intent);
  }
  if (!terms.keeps_anything()) return nullptr;
  auto out = std::make_unique<capture::Capture>(*request.recorder, terms,
                                                request.config.audit.max_body, request.client.name);
  out->conversation_is_named(request.names_conversation);
  out->take_request(request.head.find("content-type"), request.body);
  return out;
}

asio::awaitable<std::optional<Refusal>> keep_request(RunningOperation& operation,
                                                     Cancellation& cancellation) {
  capture::Capture* const capture = operation.capture();
  if (capture == nullptr) co_return std::nullopt;
  if (!capture->terms().waits()) {
    const asio::any_io_executor worker = co_await asio::this_coro::executor;
    capture->begin_shortening(worker);
    co_return std::nullopt;
  }
  co_await capture->shorten_request();
  const usage::UsageRecord& record = operation.record();
  const Result<void> kept = co_await capture->keep_request(record, cancellation);
  if (kept) co_return std::nullopt;
  if (kept.error().code == Errc::cancelled) {
    operation.record().usage_reason = usage::reason::kNotSent;
    co_return no_answer();
  }
  telemetry::log::warn("audit.refused", {{"record_id", record.record_id.to_string()},
                                         {"detail", kept.error().message}});
  Refusal refusal = refusal_without_audit();
  operation.refuse(refusal);
  co_return refusal;
}

asio::awaitable<void> read_request_to_its_end(RunningOperation& operation) {
  if (operation.capture() != nullptr) co_await operation.capture()->shorten_request();
}

}  // namespace tollgate::proxy
