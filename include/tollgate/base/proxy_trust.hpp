// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "tollgate/base/network.hpp"

namespace tollgate {

/// Which header a trusted proxy names its client in. `either`: X-Forwarded-For, and Forwarded
/// without one.
enum class ForwardedHeader { either, x_forwarded_for, forwarded };

/// Whose word on the client's address goes into records. Never a proof of anything.
struct ProxyTrust {
  std::vector<Network> networks;
  ForwardedHeader header = ForwardedHeader::either;
};

}  // namespace tollgate
