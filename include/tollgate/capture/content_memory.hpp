// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/fair_memory.hpp"

namespace tollgate::capture {

/// The memory for content that is not stored yet (`audit.memory`), over all exchanges, and one
/// exchange's part of it.
using ContentMemory = FairMemory;
using ContentHold = MemoryHold;

}  // namespace tollgate::capture
