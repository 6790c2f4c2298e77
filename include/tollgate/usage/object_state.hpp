// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace tollgate::usage {

/// Whether a response, run or batch with this `status` will never leave it. A word that is not
/// known is taken for one of work that goes on: asking once more costs nothing, not asking loses
/// what it took.
bool is_finished(std::string_view status);

/// Whether it is finished and was surely worked on: what failed, was cancelled or expired may never
/// have begun, and may have cost nothing.
bool has_worked(std::string_view status);

}  // namespace tollgate::usage
