// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/fair_memory.hpp"

namespace tollgate::proxy {

/// The memory that request bodies hold (limits.memory), and what one body holds of it.
using BodyMemory = FairMemory;
using BodyHold = MemoryHold;

}  // namespace tollgate::proxy
