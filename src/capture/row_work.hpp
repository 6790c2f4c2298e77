// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "making.hpp"
#include "preparation.hpp"
#include "tollgate/capture/exchange.hpp"
#include "tollgate/trail/audit_row.hpp"

namespace tollgate::capture {

/// An exchange's rows, and what went wrong on the way.
struct MadeRows {
  std::vector<trail::AuditRow> rows;
  std::string unmade;      ///< why they have no content; empty: they have it
  bool asked = false;      ///< the external redactor was asked
  std::string unexamined;  ///< why the external redactor did not see it; empty: it did, or need not
};

/// One exchange on its way into rows, a turn at a time, under the configuration that is in force at
/// its first. Content that cannot be made into rows does not take the exchange's own rows with it.
class RowWork {
 public:
  explicit RowWork(Exchange&& exchange);
  RowWork(const RowWork&) = delete;

  const usage::UsageRecord& record() const { return bare_.record; }
  /// There was no memory for all of its content.
  bool no_room() const { return bare_.no_room; }

  /// It has an answer whose request is to be stored before, and is on its way: its turns come
  /// behind that.
  bool waits_for_request() const;
  /// As long as it does: `told` is called once when it need not any more. Throws nothing itself.
  void when_request_is_settled(std::function<void()> told);
  /// It has an answer whose request was to be stored before, and was not.
  bool lacks_request() const;
  /// Its rows are stored. A request that is to be stored before its answer is lost where this is
  /// not called.
  void note_stored() { unstored_.stored(); }

  /// This side is without content that was to be there. True: the exchange's other side has not
  /// been.
  bool note_lost();

  /// One turn. True: what the rules find is out of it.
  bool step(const std::shared_ptr<const Making>& now);
  /// Then: whether the external redactor is to see it.
  bool is_asked_about() const { return asked_; }
  /// Then, once: its rows; of what is asked about, ask() for them.
  MadeRows rows();
  boost::asio::awaitable<MadeRows> ask();
  /// Content that was to be kept is not, because the external redactor has not seen it.
  bool is_dropped(const MadeRows& made) const {
    return !made.unexamined.empty() && making_->drops_unexamined();
  }
  /// The memory that its content takes, as long as the rows are not stored.
  ContentHold take_hold() { return std::move(hold_); }

 private:
  void begin(const std::shared_ptr<const Making>& now);
  MadeRows rows_without_content() const;

  Exchange bare_;  ///< without content
  ContentHold hold_;
  UnstoredRequest unstored_;
  std::optional<Exchange> exchange_;  ///< until its first turn
  std::shared_ptr<const Making> making_;
  std::optional<Preparation> preparation_;
  bool asked_ = false;
  std::string unmade_;  ///< as MadeRows has it
};

}  // namespace tollgate::capture
