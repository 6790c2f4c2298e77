// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_work.hpp"

#include <exception>
#include <new>
#include <string>
#include <typeinfo>
#include <utility>

#include <nlohmann/json.hpp>

#include "row_maker.hpp"

namespace tollgate::capture {

namespace asio = boost::asio;

namespace {

Exchange without_content(const Exchange& exchange) {
  Exchange out(exchange.hold.another());
  out.terms = exchange.terms;
  out.record = exchange.record;
  out.answered_by = exchange.answered_by;
  out.conversation = exchange.conversation;
  out.request_alone = exchange.request_alone;
  out.names_conversation = exchange.names_conversation;
  out.no_room = exchange.no_room;
  return out;
}

/// What it says may repeat the content that it is about, and goes into the log: which it is tells
/// enough.
std::string kind_of(const std::exception& exception) {
  const auto* const json = dynamic_cast<const nlohmann::json::exception*>(&exception);
  if (json != nullptr) return "JSON exception " + std::to_string(json->id);
  const bool no_memory = dynamic_cast<const std::bad_alloc*>(&exception) != nullptr;
  return no_memory ? "no memory" : std::string("an exception, ") + typeid(exception).name();
}

}  // namespace

RowWork::RowWork(Exchange&& exchange)
    : bare_(without_content(exchange)),
      hold_(std::move(exchange.hold)),
      unstored_(std::move(exchange.unstored)),
      exchange_(std::move(exchange)) {}

bool RowWork::waits_for_request() const {
  return !bare_.request_alone && request_fate(bare_) == RequestFate::underway;
}

void RowWork::when_request_is_settled(std::function<void()> told) {
  bare_.conversation->when_settled = std::move(told);
}

bool RowWork::lacks_request() const {
  const bool kept = bare_.conversation == nullptr || bare_.conversation->is_kept.value_or(true);
  return kept && bare_.terms.keeps_content() && !bare_.request_alone &&
         request_fate(bare_) == RequestFate::lost;
}

bool RowWork::note_lost() {
  return bare_.conversation == nullptr || !std::exchange(bare_.conversation->loss_is_counted, true);
}

bool RowWork::step(const std::shared_ptr<const Making>& now) {
  try {
    if (!preparation_) begin(now);
    return preparation_->step();
  } catch (const std::exception& exception) {
    unmade_ = kind_of(exception);
    return true;
  }
}

void RowWork::begin(const std::shared_ptr<const Making>& now) {
  making_ = now;
  asked_ = now->is_asked_about(*exchange_);
  preparation_.emplace(now->rules, now->settings, now->keys(), std::move(*exchange_));
  exchange_.reset();
}

MadeRows RowWork::rows() {
  try {
    if (unmade_.empty()) return {.rows = make_rows(preparation_->take())};
  } catch (const std::exception& exception) {
    unmade_ = kind_of(exception);
  }
  return rows_without_content();
}

asio::awaitable<MadeRows> RowWork::ask() {
  MadeRows out;
  try {
    if (unmade_.empty()) {
      PreparedExchange prepared = preparation_->take();
      out.unexamined = co_await making_->look_outside(prepared);
      out.asked = true;
      out.rows = make_rows(std::move(prepared));
      co_return out;
    }
  } catch (const std::exception& exception) {
    unmade_ = kind_of(exception);
  }
  MadeRows bare = rows_without_content();
  out.rows = std::move(bare.rows);
  out.unmade = std::move(bare.unmade);
  co_return out;
}

MadeRows RowWork::rows_without_content() const {
  MadeRows out{
      .rows = make_rows(making_->rules, making_->settings, making_->keys(), without_content(bare_)),
      .unmade = unmade_};
  for (trail::AuditRow& row : out.rows) {
    if (bare_.terms.keeps_content()) row.content_missing = trail::missing::kFailure;
  }
  return out;
}

}  // namespace tollgate::capture
