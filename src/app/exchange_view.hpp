// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tollgate/audit/content_parts.hpp"
#include "tollgate/trail/stored_row.hpp"

namespace tollgate::app {

/// One side of an exchange, as rows tell of it.
struct SideView {
  trail::AuditRow first;  ///< of its rows; without content
  std::vector<audit::ContentPart> parts;
  trail::ContentState state = trail::ContentState::whole;
  /// Set by settle().
  std::string settled;
  bool found = false;

  bool is_complete() const;
  /// Its parts put together.
  std::string text() const;
  /// `whole`, `in part`, `erased`, `damaged`, or why there is none.
  std::string described() const;
  /// Remembers what is described, and whether it holds the text in any case, and forgets the parts.
  void settle(const std::string& wanted);
};

/// Of one exchange, by kind.
using ExchangeView = std::map<std::string, SideView>;

/// Rows in another form than the body's own are passed over. The side that it belongs to; null:
/// none.
SideView* add_row(ExchangeView& out, trail::StoredRow stored);

/// Its RecordId; there is a side.
const std::string& record_of(const ExchangeView& exchange);

/// One line of JSON.
std::string line_about(const ExchangeView& exchange);

/// A line for each exchange that holds a text, as soon as its answer is there. Holds the content of
/// the side at hand, and some hundred bytes of each exchange that waits for its answer.
class ExchangeLines {
 public:
  /// Of an exchange's RecordId and its line.
  using Print = std::function<void(const std::string& record, const std::string& line)>;

  /// `wanted`: in lower case; empty: every exchange gets its line.
  ExchangeLines(std::string wanted, Print print)
      : wanted_(std::move(wanted)), print_(std::move(print)) {}

  /// In the order of the trail.
  void add(trail::StoredRow stored);
  /// Those that have no answer, or not all of its rows.
  void finish();

 private:
  void tell(const std::string& record, ExchangeView& exchange);

  std::string wanted_;
  Print print_;
  std::map<std::string, ExchangeView> waiting_;  ///< by record
};

}  // namespace tollgate::app
