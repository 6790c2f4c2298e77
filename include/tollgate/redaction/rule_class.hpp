// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace tollgate::redaction {

/// What a rule protects. Secrets are looked for whatever the configuration says, and nothing
/// exempts them.
enum class RuleClass : std::uint8_t { secret, personal };

}  // namespace tollgate::redaction
