// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

namespace tollgate {

/// Whole numbers that no sum of ours outgrows: money, and counts over years.
__extension__ using Int128 = __int128;

}  // namespace tollgate
