// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/certificate_identity.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::auth {

/// A certificate's names as "uri:...", "dns:..." and "subject:...", so that none is taken for one
/// of another kind: the URIs first, then the DNS names, then the subject. Names from a
/// configuration come out alike.
std::vector<std::string> certificate_names(const CertificateIdentity& certificate);
std::vector<std::string> certificate_names(const config::CertificateMatch& match);

}  // namespace tollgate::auth
