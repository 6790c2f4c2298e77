// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/base/uuid.hpp"
#include "tollgate/usage/refusal_row.hpp"

// What a ledger keeps of quotas beside the records: whom limits refused, by minute, and what
// operators have changed (docs/ledger-format.md 6).
namespace tollgate::ledger {

/// So many rows has a minute at the most: what else is refused in it stands together in a row for
/// each reason (usage::kOtherRefusals).
inline constexpr std::int64_t kMostRefusalRows = 1'000;
/// So many rows are kept at the most: the oldest go, whoever has got them.
inline constexpr std::int64_t kMostRefusalsKept = 1'000'000;

/// Refusals of a minute that is over, as exporters see them.
struct StoredRefusals {
  std::int64_t sequence = 0;  ///< order of arrival among them; never reused
  usage::RefusalRow row;
};

/// What became of rows that undelivered_refusals() gave, the oldest first.
struct RefusalAccounting {
  std::vector<std::int64_t> accepted;
  std::vector<std::int64_t> refused;  ///< for good: they are counted, and not sent again
};

enum class QuotaActionKind : std::uint8_t {
  top_up = 1,  ///< more for the window that holds the time
  reset = 2    ///< what was used in it by then is forgiven
};
/// The enumerator's own name.
std::string_view to_string(QuotaActionKind kind);

/// What an operator has done to a limit's window: it must outlive the process as long as the window
/// lasts.
struct QuotaAction {
  Uuid id{};
  UtcTime made_at;
  QuotaActionKind kind = QuotaActionKind::top_up;
  std::string limit_key;  ///< which limit, as the quotas tell limits apart; one text for each
  std::int64_t amount =
      0;  ///< of a top-up in the limit's own measure, of a reset what is forgiven in units
  std::string limit;   ///< for readers: "client retail: 500 USD per month"
  std::string reason;  ///< the operator's words; may be empty
  std::string peer;    ///< the address that it came from

  bool operator==(const QuotaAction&) const = default;
};

/// Of a ledger that a gateway has open. Thread-safe; may block on the disk. Errors: storage.
class QuotaBook {
 public:
  virtual ~QuotaBook() = default;

  /// Adds counts to the rows of their minutes, all or none; a row's count may rise until its minute
  /// has been over for some seconds, and what comes later makes another row. `row_id` is ignored.
  virtual Result<void> add_refusals(std::span<const usage::RefusalRow> counts, UtcTime now) = 0;
  /// The oldest rows that this exporter has not got, of minutes that are over, at most `limit`; the
  /// same ones until they are accounted for. Error not_found: it was never served.
  virtual Result<std::vector<StoredRefusals>> undelivered_refusals(const std::string& exporter,
                                                                   std::size_t limit,
                                                                   UtcTime now) = 0;
  virtual Result<void> account_refusals(const std::string& exporter,
                                        const RefusalAccounting& accounting) = 0;

  /// Durable when it returns.
  virtual Result<void> add_action(const QuotaAction& action) = 0;
  /// Those that were made from then on, the oldest first.
  virtual Result<std::vector<QuotaAction>> actions(UtcTime from) = 0;
};

/// Reads both beside a running gateway or without one. What no gateway of this version has opened
/// has none. Errors: not_found, storage.
struct QuotaNotes {
  std::vector<usage::RefusalRow> refusals;  ///< by minute
  std::vector<QuotaAction> actions;
};
Result<QuotaNotes> read_quota_notes(const std::string& path, UtcTime from, UtcTime until);

}  // namespace tollgate::ledger
