// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/redaction/replacer.hpp"

namespace tollgate::capture {

/// A JSON body in which the descriptions of small files (audit::BinaryParts) have what the replacer
/// says for them in place of their SHA-256, from which so little content could be guessed:
/// `"file":"BINARY_1"`. Pure but for the replacer, which counts.
std::string hide_small_files(std::string body, redaction::Replacer& replacer);

}  // namespace tollgate::capture
