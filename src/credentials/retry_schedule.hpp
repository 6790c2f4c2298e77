// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "token_fetcher.hpp"

namespace tollgate::credentials {

/// Whatever an issuer asks for: a host name resolved wrongly for a minute must not cost an hour.
inline constexpr seconds kLongestPause{300};

/// The pause after the `failures`th failed fetch in a row (1: the first). For what passes by itself
/// (throttling, 404, 410, 5xx, no answer) the schedule that IMDS documents: 0, 2, 6, 14, 30, then
/// 60 s; for what an operator must mend, 10 s. A longer pause that the issuer asked for is kept, up
/// to kLongestPause.
seconds pause_after(const FetchFailure& failure, unsigned failures);

}  // namespace tollgate::credentials
