// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/asn1.h>

#include "tollgate/base/time.hpp"

namespace tollgate::net {

/// The latest or earliest there is where the certificate's time is beyond them: 9999-12-31, "no
/// well-defined expiration" (RFC 5280 4.1.2.5), is further than nanoseconds reach. The distant past
/// where it cannot be read.
UtcTime certificate_time(const ASN1_TIME* time);

}  // namespace tollgate::net
