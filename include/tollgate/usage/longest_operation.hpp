// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/time.hpp"

namespace tollgate::usage {

/// Past this age nothing is expected of an operation any more (a batch has 24 h to finish,
/// azure-protocol.md 1.9): whoever follows it gives up, and its record is whole.
inline constexpr seconds kLongestOperation{26 * 3600};

}  // namespace tollgate::usage
