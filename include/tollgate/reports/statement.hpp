// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/base/time_zone.hpp"
#include "tollgate/reports/usage_query.hpp"

namespace tollgate::reports {

/// What was used at one price: a line of a statement.
struct StatementItem {
  std::string client;
  std::string model;
  usage::CostComponent price;  ///< its class and price; quantity and cost are below
  std::string deployment;      ///< of a share of an hour of capacity, and of what nobody used of it
  std::string hour;            ///< of such a share: when the hour began, in the statement's zone
  std::string price_id;
  std::string currency;
  Int128 operations = 0;
  Int128 quantity = 0;
  Int128 amount_nano = 0;
};

/// What is in no amount, or not all of it, and why.
struct StatementGap {
  std::string client;
  std::string model;
  std::string cost_basis;  ///< unpriced, allocated_later or partial
  std::string reason;
  std::int64_t operations = 0;
  std::int64_t total_tokens = 0;
  /// Of allocated_later, while its hour is open: in no total. nullopt: none.
  std::optional<Int128> provisional_nano;
  std::string currency;  ///< of it; empty without one
};

/// A sum in one currency.
struct StatementTotal {
  std::string currency;
  Int128 amount_nano = 0;
  Int128 estimated_nano = 0;  ///< of it: of operations whose usage is an estimate or not final
  std::int64_t operations = 0;
  std::int64_t estimated = 0;  ///< of them
};

/// A chargeback statement: what a payer used in a time, what it cost, and how well that is known.
struct Statement {
  std::string payer;  ///< "cost_center = 4711", "client retail"
  bool of_unused_capacity = false;
  std::string period;  ///< "2026-11"
  std::string from;    ///< the first moment, and the first behind it, with the zone's offset
  std::string until;
  std::string time_zone;
  std::string made_at;
  std::string warning;                  ///< what it lacks; empty: nothing
  std::int64_t revised_operations = 0;  ///< whose costs a re-rating has changed
  std::string revised_at;               ///< the last time; empty: never
  std::vector<StatementItem> items;
  std::vector<StatementGap> gaps;
  std::vector<StatementTotal> totals;
};

/// The groups that fill_statement() needs; `by_hour`: of an answer that has shares of capacity.
UsageGroups statement_groups(bool by_hour);
/// Whether costs of the rows are shares of hours of capacity. `reader` has just given them.
bool has_capacity(const std::vector<UsageRow>& rows, const ledger::LedgerReader& reader);
/// Of an answer by those groups, and its hours in UTC, as capacity's are. `reader` has just given
/// it. Shares of capacity stand by their hours, which are told in the zone.
void fill_statement(Statement& statement, const std::vector<UsageRow>& rows,
                    const ledger::LedgerReader& reader, const TimeZone& zone);

/// For print: one file, nothing beside it. Every text is escaped.
std::string statement_html(const Statement& statement);
/// The items and gaps as CSV (RFC 4180), with what is common to all in columns of each line.
std::string statement_csv(const Statement& statement);
std::string statement_text(const Statement& statement);

}  // namespace tollgate::reports
