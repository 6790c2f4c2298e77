// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/config/load.hpp"
#include "tollgate/config/prices.hpp"
#include "tollgate/pricing/pricer.hpp"

namespace tollgate::config {

/// Some ten thousand entries.
inline constexpr std::size_t kLargestPriceFile = 16 * 1024 * 1024;

/// A file that holds what may stand under `prices`.
struct PriceFile {
  Prices prices;                    ///< whole only without errors
  std::vector<ConfigError> errors;  ///< all of them, by line in that file
};

/// An unreadable file is one error with line 0.
PriceFile load_price_file(const std::string& path);
/// The same of its text.
PriceFile read_price_file(std::string_view yaml);

/// Prices records with the configuration's prices and what it says of deployments.
pricing::Pricer make_pricer(const Config& config);

}  // namespace tollgate::config
