// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

namespace tollgate::app {

/// A crash of this process writes no core: its memory holds prompts, answers and keys as they are.
/// Nor may another process of the same user read its memory; root still may. For good.
void forbid_core_dumps();

}  // namespace tollgate::app
