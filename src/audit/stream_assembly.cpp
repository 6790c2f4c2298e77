// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "stream_assembly.hpp"

#include "tollgate/audit/cut_text.hpp"

namespace tollgate::audit {

StreamAssembly::StreamAssembly(std::size_t max_bytes)
    : max_bytes_(max_bytes), budget_(max_bytes), reader_(*this, max_bytes) {}

void StreamAssembly::on_event(std::string_view name, const BoundedJson::Kept& data) {
  last_.forget();
  cut_ = cut_ || data.cut;
  done_ = done_ || data.text == "[DONE]";
  if (data.text.empty() || data.text == "[DONE]") return;
  if (!data.json) return keep_text(name, data);
  if (!take_object(name, JsonSlice(data.text))) keep_unknown(name, data.text);
}

bool StreamAssembly::take_object(std::string_view name, JsonSlice data) {
  if (!data.is_object()) return false;
  const JsonFields event(data);
  if (take_error(name, event)) return true;
  if (!assembly_) assembly_ = assembly_for(event);
  if (!assembly_ || !assembly_->take(event, budget_)) return false;
  last_.learn(data.raw(), event, assembly_->growth(event, budget_));
  return true;
}

/// What is longer than an event may be is cut when it is read in full.
std::size_t StreamAssembly::take_plain(std::string_view data, std::string_view behind) {
  const auto match = last_.match(data);
  if (!match || match->size >= max_bytes_) return 0;
  if (!data.substr(match->size).starts_with(behind)) return 0;
  last_.growing()->append(match->by, budget_);
  return match->size;
}

/// Errors come as `{"error":...}`, as an event of type `error` with its members flat or nested, or
/// as an event that is named so (azure-protocol.md 2.4). The first is kept; it tells most.
bool StreamAssembly::take_error(std::string_view name, const JsonFields& event) {
  const JsonSlice error = event["error"];
  const bool is_else = event["type"].says_something() || event["object"].says_something() ||
                       event["choices"].exists();
  const bool is_error =
      event["type"].is_text("error") || name == "error" || (error.says_something() && !is_else);
  if (!is_error) return false;
  if (error_.exists()) return false;
  error_.replace(error.says_something() ? error : event.object(), budget_);
  return true;
}

void StreamAssembly::keep_text(std::string_view name, const BoundedJson::Kept& data) {
  const bool is_cut = data.cut || ended_;
  cut_ = cut_ || is_cut;
  const std::string_view text = data.text;
  keep_unknown(name, to_json_string(is_cut ? text.substr(0, end_before_cut(text)) : text));
}

void StreamAssembly::keep_unknown(std::string_view name, std::string_view data) {
  unknown_.add(name, JsonSlice(data), budget_);
}

BoundedJson::Kept StreamAssembly::finish(bool whole) {
  ended_ = true;
  reader_.finish();
  if (!done_ && assembly_) cut_ = assembly_->break_off(budget_) || cut_;
  // Which event is the last of an API that nobody knows, nobody knows.
  if (!done_ && !whole) cut_ = unknown_.break_off(budget_) || cut_;
  BoundedJson body(max_bytes_);
  body.feed(compose());
  BoundedJson::Kept kept = body.finish();
  kept.cut = kept.cut || cut_ || budget_.exhausted();
  return kept;
}

std::string StreamAssembly::compose() {
  std::string out;
  if (!assembly_ && !error_.exists() && !unknown_.exists()) return out;
  if (!assembly_ && unknown_.exists()) {
    if (error_.exists()) {
      std::string error;
      error_.write(error);
      keep_unknown("error", error);
    }
    unknown_.write(out);
    return out;
  }
  ObjectWriter body(out);
  const bool beside = assembly_ && assembly_->has_error();
  if (error_.exists()) error_.write(body.member(beside ? "stream_error" : "error"));
  if (unknown_.exists()) unknown_.write(body.member("events"));
  if (assembly_) assembly_->write(body, error_.exists());
  body.end();
  return out;
}

}  // namespace tollgate::audit
