// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/x509.h>

#include <string>

namespace tollgate::net {

/// The whole subject as RFC 2253 writes it. What is not printable ASCII stands escaped, so that it
/// cannot be taken for another. Empty: it has none.
std::string subject_of(const X509* certificate);

}  // namespace tollgate::net
