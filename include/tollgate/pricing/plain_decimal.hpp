// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::pricing {

/// A number as JSON writes it, its point moved `shift` digits to the right, as plain decimal text:
/// "2.5e-06", 6 is "2.5". Error invalid_input: it is none, as the end of a sentence.
Result<std::string> plain_decimal(std::string_view number, int shift);

/// That number as a price for so many; "0" is refused, for lists write it where they know none.
Result<Rate> listed_rate(std::string_view number, int shift, std::int64_t per);

}  // namespace tollgate::pricing
