// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::tokenizer {

/// The file data/tokenizer/ENCODING.bin, linked into the binary; its README has the format.
std::string_view vocabulary_data(Encoding encoding);

}  // namespace tollgate::tokenizer
