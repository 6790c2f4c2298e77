// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/base/error.hpp"

namespace tollgate::listener {

/// Why a client's TLS handshake failed, as one of a few words for a label (docs/operations.md):
/// from what net::Stream::handshake() says of it.
std::string_view handshake_reason(const Error& error);

}  // namespace tollgate::listener
