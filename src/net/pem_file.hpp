// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace tollgate::net {

/// Why a PEM file cannot be used as certificates, as the end of a sentence about the file: missing,
/// unreadable, without a certificate (and what it holds instead), or with a damaged one.
std::optional<std::string> certificate_fault(const std::string& path);

/// The same for a private key; one with a pass phrase cannot be used.
std::optional<std::string> private_key_fault(const std::string& path);

}  // namespace tollgate::net
