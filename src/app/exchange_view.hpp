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

/// One line of JSON.
std::string line_about(const ExchangeView& exchange);

/// A line for each exchange that holds a text, as soon as its answer is there. Holds the content of
/// the side at hand, and some hundred bytes of each exchange that waits for its answer.
class ExchangeLines {
 public:
  /// `wanted`: in lower case; empty: every exchange gets its line.
  ExchangeLines(std::string wanted, std::function<void(const std::string&)> print)
      : wanted_(std::move(wanted)), print_(std::move(print)) {}

  /// In the order of the trail.
  void add(trail::StoredRow stored);
  /// Those that have no answer, or not all of its rows.
  void finish();
  std::size_t told() const { return told_; }

 private:
  void tell(ExchangeView& exchange);

  std::string wanted_;
  std::function<void(const std::string&)> print_;
  std::map<std::string, ExchangeView> waiting_;  ///< by record
  std::size_t told_ = 0;
};

}  // namespace tollgate::app
