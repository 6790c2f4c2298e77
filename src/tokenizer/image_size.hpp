// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate::tokenizer {

struct ImageSize {
  std::uint64_t width = 0;
  std::uint64_t height = 0;

  bool operator==(const ImageSize&) const = default;
};

/// The pixel size of an image in a base64 "data:" URL, from its PNG or JPEG header; the bytes
/// decide what it is, not the media type. Nothing for other URLs and formats, and for headers that
/// are damaged or of an empty image.
std::optional<ImageSize> image_size(std::string_view url);

}  // namespace tollgate::tokenizer
