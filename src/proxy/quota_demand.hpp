// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "destination.hpp"
#include "tollgate/pricing/pricer.hpp"
#include "tollgate/quotas/use.hpp"

// What a request may take of its limits, as far as it tells before it leaves. Pure.
namespace tollgate::proxy {

/// The tokens of the prompt at the most, without counting them. nullopt: they must be counted.
std::optional<std::int64_t> prompt_at_most(const Wanted& wanted, std::string_view body);

/// The same counted, which takes long for a large body; what cannot be counted is taken by its
/// bytes.
std::int64_t count_prompt(const operations::Operation& operation, std::string_view model,
                          std::string_view body);

/// Tokens out, of all answers together: by the request's own limit, else `usual` for each.
std::int64_t output_at_most(const Wanted& wanted, std::int64_t usual);

/// What that can cost at the dearest of the candidates; work that is paid by the hour adds nothing.
/// nullopt: one of them has no price for it.
std::optional<std::int64_t> dearest_cost(const Wanted& wanted, const Destination& destination,
                                         const pricing::Pricer& pricer, UtcTime time,
                                         const quotas::Demand& demand);

}  // namespace tollgate::proxy
