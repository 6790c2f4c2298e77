// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "image_size.hpp"

namespace tollgate::tokenizer {

struct ImageTokens {
  std::uint64_t tokens = 0;
  bool guessed = false;
};

/// Tokens of an image in a prompt. `detail` is the request's word; empty when it says none, which
/// means "auto".
ImageTokens image_tokens(std::string_view model, std::string_view detail,
                         std::optional<ImageSize> size);

}  // namespace tollgate::tokenizer
