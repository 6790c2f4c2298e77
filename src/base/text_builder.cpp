// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/text_builder.hpp"

namespace tollgate {

// Apart from room(): what nearly never runs would keep the rest from being inlined.
void TextBuilder::grow(std::size_t size) { bytes_.resize(2 * (size_ + size)); }

}  // namespace tollgate
