// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "refusal_tally.hpp"

#include <tuple>
#include <utility>

namespace tollgate::app {
namespace {

/// The words of rows: never renamed.
std::string_view reason_word(quotas::Exceeded::Kind kind) {
  switch (kind) {
    case quotas::Exceeded::Kind::rate:
      return "rate";
    case quotas::Exceeded::Kind::in_flight:
      return "in_flight";
    case quotas::Exceeded::Kind::budget:
      return "exhausted";
    case quotas::Exceeded::Kind::store_away:
      return "store_away";
    case quotas::Exceeded::Kind::unpriced:
      return "unpriced";
    case quotas::Exceeded::Kind::too_large:
      return "too_large";
  }
  return "";
}

auto place_of(const usage::RefusalRow& row) {
  return std::tie(row.minute, row.client, row.model, row.scope, row.subject, row.limit, row.reason);
}

}  // namespace

usage::RefusalRow row_of(const quotas::RefusalCount& count, const std::string& gateway) {
  usage::RefusalRow out;
  out.minute = count.minute;
  out.gateway = gateway;
  out.client = count.client;
  out.model = count.model;
  out.scope = to_string(count.rule->subject.scope);
  out.subject = to_text(count.rule->subject);
  out.limit = to_text(count.rule->limit);
  out.measure = to_string(count.rule->limit.measure);
  out.period = to_string(count.rule->limit.period);
  out.reason = reason_word(count.kind);
  out.requests = static_cast<std::int64_t>(count.count);
  return out;
}

bool RefusalTally::Before::operator()(const usage::RefusalRow& a,
                                      const usage::RefusalRow& b) const {
  return place_of(a) < place_of(b);
}

void RefusalTally::put(usage::RefusalRow row) {
  const auto known = rows_.find(row);
  if (known != rows_.end()) {
    row.requests += known->requests;
    rows_.erase(known);
  }
  rows_.insert(std::move(row));
}

void RefusalTally::add(const usage::RefusalRow& row) {
  if (rows_.size() < kMost || rows_.contains(row)) return put(row);
  usage::RefusalRow rest;
  rest.minute = row.minute;
  rest.gateway = row.gateway;
  rest.subject = usage::kOtherRefusals;
  rest.reason = row.reason;
  rest.requests = row.requests;
  put(std::move(rest));
}

std::vector<usage::RefusalRow> RefusalTally::take() {
  std::vector<usage::RefusalRow> out(rows_.begin(), rows_.end());
  rows_.clear();
  return out;
}

}  // namespace tollgate::app
