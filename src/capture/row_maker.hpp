// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/capture/exchange.hpp"
#include "tollgate/config/audit.hpp"
#include "tollgate/redaction/replacer.hpp"
#include "tollgate/redaction/rules.hpp"
#include "tollgate/trail/audit_row.hpp"

namespace tollgate::capture {

/// One side of an exchange on its way into rows.
struct Side {
  const char* kind;
  std::string content_type;
  std::string text;  ///< without what the rules find, but at level `full`
  bool json = false;
  bool truncated = false;
  bool kept = false;  ///< there is content, and it is to be kept
  /// What was taken out of it, by rule.
  redaction::Replacer::Counts redactions;
};

/// An exchange without what the rules find, before it is cut into rows.
struct PreparedExchange {
  trail::AuditRow base;  ///< what its rows have in common
  Side request;
  std::optional<Side> answer;      ///< nullopt: it follows
  bool request_is_stored = false;  ///< it came before
  bool redacted = true;            ///< its level is not `full`
  std::shared_ptr<redaction::Replacer> replacer;
  std::shared_ptr<Conversation> conversation;  ///< null: there is one side only
};

/// What was counted after `before`.
redaction::Replacer::Counts counted_since(const redaction::Replacer::Counts& before,
                                          const redaction::Replacer::Counts& now);

/// Makes an exchange's rows: takes values out, brings content into the GenAI form beside its own,
/// cuts it into parts. Pure but for the exchange's replacer, which counts. Works for long on large
/// content: not on a worker.
class RowMaker {
 public:
  /// Both outlive it.
  RowMaker(const redaction::Rules& rules, const config::Audit& settings)
      : rules_(rules), settings_(settings) {}

  PreparedExchange prepare(Exchange exchange) const;
  /// In the order of their kind, form and part. At least one for each side that is not stored yet.
  static std::vector<trail::AuditRow> rows(PreparedExchange prepared);
  /// Both in one go.
  std::vector<trail::AuditRow> rows(Exchange exchange) const {
    return rows(prepare(std::move(exchange)));
  }

 private:
  Side request_side(Exchange& exchange) const;
  Side answer_side(Exchange& exchange) const;
  /// The text without what the rules find; unchanged at level `full`.
  void redact(Side& side, const Exchange& exchange) const;
  trail::AuditRow base_of(const Exchange& exchange) const;

  const redaction::Rules& rules_;
  const config::Audit& settings_;
};

}  // namespace tollgate::capture
