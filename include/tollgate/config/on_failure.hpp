// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

namespace tollgate::config {

/// What becomes of requests while what should be noted of them cannot be: they are refused, or
/// served and counted.
enum class OnFailure { fail_closed, fail_open };

}  // namespace tollgate::config
