// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "stream_start.hpp"

#include <algorithm>
#include <initializer_list>

#include <simdjson.h>

namespace tollgate::upstream {
namespace {

using simdjson::dom::element;

std::string_view text_at(const element& object, std::string_view key) {
  std::string_view out;
  return object[key].get(out) == simdjson::SUCCESS ? out : std::string_view();
}

bool is_object(const element& parent, std::string_view key, element& out) {
  return parent[key].get(out) == simdjson::SUCCESS && out.is_object();
}

bool is_any_of(std::string_view text, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

/// The model has not begun.
bool is_opening(std::string_view type) {
  return is_any_of(type, {"response.created", "response.queued", "response.in_progress"});
}

bool is_throttling(std::string_view name) {
  return is_any_of(name, {"too_many_requests", "rate_limit_exceeded", "rate_limit_reached",
                          "no_capacity", "429"});
}

int status_meant(std::string_view type, std::string_view code) {
  if (is_throttling(type) || is_throttling(code)) return 429;
  if (type == "server_error" || is_any_of(code, {"server_error", "500"})) return 500;
  return type == "forbidden" ? 403 : 400;
}

}  // namespace

const StreamStart::Finding& StreamStart::feed(std::string_view body) {
  if (finding_.kind != Kind::need_more) return finding_;
  if (!is_told_) {
    const std::optional<usage::BodyShape> told = probe_.feed(body);
    if (!told) return finding_;
    is_told_ = true;
    if (*told != usage::BodyShape::server_sent_events) finding_.kind = Kind::ordinary;
    body = probe_.held();
  }
  read(body);
  return finding_;
}

void StreamStart::read(std::string_view body) {
  seen_ += body.size();
  while (finding_.kind == Kind::need_more && !body.empty()) {
    const usage::SseFramer::Token token = framer_.next(body);
    body.remove_prefix(token.raw.size());
    data_.append(token.data);
    const bool whole = token.kind == usage::SseFramer::Kind::event;
    if (whole || token.kind == usage::SseFramer::Kind::end) dispatch();
  }
  if (finding_.kind == Kind::need_more && seen_ > kLookAhead) finding_.kind = Kind::ordinary;
}

const StreamStart::Finding& StreamStart::finish() {
  if (finding_.kind != Kind::need_more) return finding_;
  dispatch();
  if (finding_.kind == Kind::need_more) {
    if (failed_without_reason_) {
      decide("server_error", {});
    } else {
      finding_.kind = Kind::ordinary;
    }
  }
  return finding_;
}

void StreamStart::dispatch() {
  if (data_.empty()) return;  // a comment that keeps the connection alive
  thread_local simdjson::dom::parser parser;
  element event;
  const bool readable = parser.parse(data_).get(event) == simdjson::SUCCESS && event.is_object();
  data_.clear();
  if (!readable) {
    finding_.kind = Kind::ordinary;
    return;
  }
  const std::string_view type = text_at(event, "type");
  element error;
  element response;
  element usage;
  if (is_object(event, "error", error)) {
    return decide(text_at(error, "type"), text_at(error, "code"));
  }
  if (type == "error") return decide({}, text_at(event, "code"));
  if (type == "response.failed") {
    const bool has_response = is_object(event, "response", response);
    if (has_response && is_object(response, "usage", usage)) {
      finding_.kind = Kind::ordinary;
      return;
    }
    if (has_response && is_object(response, "error", error)) {
      return decide(text_at(error, "type"), text_at(error, "code"));
    }
    failed_without_reason_ = true;  // the `error` event behind it has one
  } else if (failed_without_reason_) {
    decide("server_error", {});
  } else if (!is_opening(type)) {
    finding_.kind = Kind::ordinary;
  }
}

void StreamStart::decide(std::string_view type, std::string_view code) {
  finding_.kind = Kind::failed;
  finding_.status = status_meant(type, code);
  finding_.error_code = code.empty() ? type : code;
}

}  // namespace tollgate::upstream
