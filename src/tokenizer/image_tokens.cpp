// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "image_tokens.hpp"

#include <algorithm>
#include <array>

#include "model_prefix.hpp"

namespace tollgate::tokenizer {
namespace {

struct Row {
  std::string_view prefix;
  std::uint64_t base = 85;
  std::uint64_t tile = 170;
  bool by_tiles =
      true;  ///< false: the model counts patches, by factors that documents and bills disagree on
};

// Documented: the images and vision guide of OpenAI, and "image tokens" in Azure OpenAI's overview
// (GPT-4 Turbo, GPT-4o and GPT-4o mini).
constexpr std::array kRows{
    Row{"gpt-4-turbo"},
    Row{"gpt-4o"},
    Row{"chatgpt-4o"},
    Row{"gpt-4.1"},
    Row{"gpt-4.5"},
    Row{"gpt-4o-mini", 2833, 5667},
    Row{"o1", 75, 150},
    Row{"o3", 75, 150},
    Row{"gpt-5", 70, 140},
    Row{"gpt-5.", 70, 140, false},
    Row{"gpt-5-mini", 70, 140, false},
    Row{"gpt-5-nano", 70, 140, false},
    Row{"gpt-4.1-mini", 85, 170, false},
    Row{"gpt-4.1-nano", 85, 170, false},
};

constexpr std::uint64_t kTile = 512;
constexpr std::uint64_t kLongSide = 2048;
constexpr std::uint64_t kShortSide = 768;

/// Scaled down by limit / side if that is below 1; never to nothing.
ImageSize scaled(ImageSize size, std::uint64_t side, std::uint64_t limit) {
  if (side <= limit) return size;
  return {std::max<std::uint64_t>(size.width * limit / side, 1),
          std::max<std::uint64_t>(size.height * limit / side, 1)};
}

/// Documented: the image is scaled down to fit 2048 x 2048, then until its short side is 768, and
/// is covered with squares of 512. Unverified: how the scaled sides are rounded.
std::uint64_t tiles(ImageSize size) {
  size = scaled(size, std::max(size.width, size.height), kLongSide);
  size = scaled(size, std::min(size.width, size.height), kShortSide);
  return ((size.width + kTile - 1) / kTile) * ((size.height + kTile - 1) / kTile);
}

}  // namespace

ImageTokens image_tokens(std::string_view model, std::string_view detail,
                         std::optional<ImageSize> size) {
  const Row* const found = longest_prefix(kRows, model);
  const Row row = found == nullptr ? Row{"", 85, 170, false} : *found;
  if (detail == "low") return {row.base, !row.by_tiles};
  if (!size) return {row.base, true};
  // Documented: with "auto" the model chooses. Unverified: that it chooses high.
  return {row.base + row.tile * tiles(*size), !row.by_tiles || detail != "high"};
}

}  // namespace tollgate::tokenizer
