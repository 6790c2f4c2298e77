// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "image_size.hpp"

#include "tollgate/base/text.hpp"

namespace tollgate::tokenizer {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes of a base64 text by their offset, decoded where they are asked for: headers lie far apart
/// in some JPEGs.
class Base64Bytes {
 public:
  explicit Base64Bytes(std::string_view text) : text_(text) {}

  /// `count` bytes from `at` as a big-endian number; nothing past the end or where the text is no
  /// base64.
  std::optional<std::uint64_t> number(std::uint64_t at, int count) const {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) {
      const auto byte = byte_at(at + static_cast<std::uint64_t>(i));
      if (!byte) return std::nullopt;
      value = value << 8 | *byte;
    }
    return value;
  }

 private:
  std::optional<unsigned> byte_at(std::uint64_t at) const {
    const auto first = sextet(at / 3 * 4 + at % 3);
    const auto second = sextet(at / 3 * 4 + at % 3 + 1);
    if (!first || !second) return std::nullopt;
    const unsigned shift = 4 - 2 * static_cast<unsigned>(at % 3);
    return ((*first << 6 | *second) >> shift) & 0xFF;
  }

  std::optional<unsigned> sextet(std::uint64_t at) const {
    if (at >= text_.size()) return std::nullopt;
    const std::size_t value = kAlphabet.find(text_[at]);
    if (value == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned>(value);
  }

  std::string_view text_;
};

std::optional<ImageSize> size_of(std::optional<std::uint64_t> width,
                                 std::optional<std::uint64_t> height) {
  if (!width || !height || *width == 0 || *height == 0) return std::nullopt;
  return ImageSize{*width, *height};
}

/// How far into a JPEG its frame header is looked for: metadata and previews come before it.
constexpr std::uint64_t kJpegHeader = 1 << 20;

/// The frame header of a JPEG: a start-of-frame segment, after others of any length.
std::optional<ImageSize> jpeg_size(const Base64Bytes& bytes) {
  std::uint64_t at = 2;
  while (at < kJpegHeader) {
    const auto marker = bytes.number(at, 2);
    if (!marker || *marker >> 8 != 0xFF) return std::nullopt;
    const auto kind = *marker & 0xFF;
    if (kind == 0xFF) {  // a fill byte
      ++at;
      continue;
    }
    const bool frame = kind >= 0xC0 && kind <= 0xCF && kind != 0xC4 && kind != 0xC8 && kind != 0xCC;
    if (frame) return size_of(bytes.number(at + 7, 2), bytes.number(at + 5, 2));
    const auto length = bytes.number(at + 2, 2);
    const bool scan =
        kind == 0xDA || kind == 0xD9;  // the picture itself, or its end: no frame came
    if (scan || !length || *length < 2) return std::nullopt;
    at += 2 + *length;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ImageSize> image_size(std::string_view url) {
  constexpr std::string_view kData = "data:";
  constexpr std::string_view kBase64 = ";base64,";
  if (!iequals(url.substr(0, kData.size()), kData)) return std::nullopt;
  const std::size_t comma = url.find(',');
  if (comma == std::string_view::npos || comma + 1 < kBase64.size()) return std::nullopt;
  if (!iequals(url.substr(comma + 1 - kBase64.size(), kBase64.size()), kBase64))
    return std::nullopt;
  const Base64Bytes bytes(url.substr(comma + 1));
  if (bytes.number(0, 8) == 0x89504E470D0A1A0A)
    return size_of(bytes.number(16, 4), bytes.number(20, 4));
  if (bytes.number(0, 2) == 0xFFD8) return jpeg_size(bytes);
  return std::nullopt;
}

}  // namespace tollgate::tokenizer
