// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "tollgate/base/time.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::usage {

/// How many requests of a client one limit refused in one minute, for one model and one reason: in
/// place of a record each, which a flood would fill the ledger with.
struct RefusalRow {
  Uuid row_id{};   ///< the ledger gives it: the same whenever the row is sent again
  UtcTime minute;  ///< its begin
  std::string gateway;
  std::string client;   ///< empty: at a deployment's limit, for any client; or see `subject`
  std::string model;    ///< as the configuration names what was asked for; empty: none was
  std::string scope;    ///< whose limit: gateway, tag, client, client_model, deployment
  std::string subject;  ///< the same in full: "client retail, model gpt-4o"; kOtherRefusals
  std::string limit;    ///< "60000 tokens per minute"
  std::string measure;  ///< requests, tokens, cost, in_flight
  std::string period;   ///< none, minute, hour, day, week, month, year
  std::string reason;   ///< rate, in_flight, exhausted, unpriced, too_large
  std::int64_t requests = 0;

  bool operator==(const RefusalRow&) const = default;
};

/// The subject of a row that stands for all that a minute has more of than are kept apart.
inline constexpr const char* kOtherRefusals = "(others)";

/// Calls `visit(name, type, value)` for each column of TollgateRefusal_CL in its order, with its
/// type there and what the row has in it: the one list of them.
template <class Visit>
void visit_columns(const RefusalRow& row, Visit&& visit) {
  visit("TimeGenerated", "datetime", row.minute);
  visit("RowId", "string", row.row_id);
  // Azure puts another TimeGenerated in its place where the row comes days late.
  visit("Minute", "datetime", row.minute);
  visit("Gateway", "string", row.gateway);
  visit("ClientName", "string", row.client);
  visit("RequestedModel", "string", row.model);
  visit("LimitScope", "string", row.scope);
  visit("LimitSubject", "string", row.subject);
  visit("Limit", "string", row.limit);
  visit("Measure", "string", row.measure);
  visit("Period", "string", row.period);
  visit("Reason", "string", row.reason);
  visit("Requests", "long", row.requests);
}

/// One JSON object with the columns of TollgateRefusal_CL. Valid UTF-8, no newline.
std::string to_json(const RefusalRow& row);

}  // namespace tollgate::usage
