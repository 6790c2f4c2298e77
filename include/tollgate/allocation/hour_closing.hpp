// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/ledger/adjustments.hpp"
#include "tollgate/pricing/pricer.hpp"

// Hours of capacity that is paid by the hour, shared out among the records that it served
// (docs/cost.md). An hour is closed once it is over for a while and every record that began in it
// is final; whatever keeps a gateway from that, a later look makes it up.
namespace tollgate::allocation {

/// How long after its end an hour is closed: clocks are set, and a body takes its time.
inline constexpr std::chrono::minutes kAfterTheHour{10};

/// What hours are closed with; all of it outlives the call.
struct ClosingParts {
  ledger::AdjustmentBook& book;
  ledger::HourReader& reader;
  const pricing::Pricer& pricer;
  std::string gateway;                       ///< its name
  std::function<bool()> stopping = nullptr;  ///< asked between hours; true: no further one
};

/// Closes the hours that are due, the oldest of each deployment first; each once more when the next
/// one is, for records that were late. Returns how many were closed. Errors: storage, with the
/// deployments whose hours it stopped; those of the others are closed, and the rest may be tried
/// again.
Result<std::size_t> close_due_hours(const ClosingParts& parts, UtcTime now);

}  // namespace tollgate::allocation
