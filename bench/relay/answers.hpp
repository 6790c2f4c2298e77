// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

namespace tollgate::bench {

/// Whole answers, head and body as they go on the wire, by deployment name: small (a chat
/// completion of 1.2 KB), big (12 KB), embedding (31 KB) and stream (100 chunks at once). Shaped as
/// Azure OpenAI answers, usage included.
std::map<std::string, std::string> make_answers();

}  // namespace tollgate::bench
