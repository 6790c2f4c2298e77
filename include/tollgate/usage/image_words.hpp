// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate::usage {

/// What requests and answers say of an image's size, as records and prices have it: `1024x1024`,
/// `auto`. Empty for anything else: what a client may write freely gets into no record.
std::string image_size_word(std::string_view text);

/// Likewise of its quality: standard, hd, low, medium, high, auto.
std::string image_quality_word(std::string_view text);

}  // namespace tollgate::usage
