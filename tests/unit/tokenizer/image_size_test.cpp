// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "image_size.hpp"

#include <gtest/gtest.h>

#include "image_urls.hpp"

namespace tollgate::tokenizer {
namespace {

const std::string kJpegStart = "\xFF\xD8";

TEST(ImageSize, ReadsAPng) {
  // A whole file of one pixel, as an encoder wrote it.
  EXPECT_EQ(
      image_size(
          "data:image/"
          "png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
          "awAAAABJRU5ErkJggg=="),
      (ImageSize{1, 1}));
  EXPECT_EQ(image_size(data_url(png_header(4096, 70000))), (ImageSize{4096, 70000}));
  EXPECT_EQ(image_size("DATA:;BASE64," + data_url(png_header(2, 3)).substr(22)), (ImageSize{2, 3}));
}

TEST(ImageSize, FindsTheFrameOfAJpegBehindOtherSegments) {
  const std::string tables =
      jpeg_segment('\xDB', std::string(65, '\x01')) + jpeg_segment('\xC4', std::string(30, '\xC0'));
  for (const char frame : {'\xC0', '\xC1', '\xC2', '\xCF'}) {
    EXPECT_EQ(image_size(data_url(kJpegStart + jpeg_frame(frame, 640, 480))),
              (ImageSize{640, 480}));
    const std::string metadata = jpeg_segment('\xE1', std::string(60'000, '\xFF'));
    EXPECT_EQ(image_size(data_url(kJpegStart + metadata + tables + "\xFF\xFF" +
                                  jpeg_frame(frame, 3000, 65535))),
              (ImageSize{3000, 65535}));
  }
}

TEST(ImageSize, GivesNothingForWhatItCannotRead) {
  const std::string png = data_url(png_header(10, 10));
  const std::string jpeg = data_url(kJpegStart + jpeg_frame('\xC0', 10, 10));
  const std::vector<std::string> urls{
      "",
      "https://example.com/a.png",
      "data:",
      "data:image/png;base64,",
      "data:image/png,iVBORw0KGgo",
      data_url("GIF89a\x01\x02\x03\x04"),
      data_url(png_header(0, 10)),
      data_url(png_header(10, 0)),
      data_url(kJpegStart),
      data_url(kJpegStart + "\xFF\xD9"),
      data_url(kJpegStart + jpeg_frame('\xC4', 10, 10)),
      data_url(kJpegStart + "\xFF\xE0" + big_endian(1, 2) + jpeg_frame('\xC0', 10, 10)),
      data_url(kJpegStart + jpeg_segment('\xDA', "x") + jpeg_frame('\xC0', 10, 10)),
  };
  for (const auto& url : urls) EXPECT_FALSE(image_size(url)) << url.substr(0, 100);
  for (std::size_t i = 0; i + 1 < png.size(); ++i) EXPECT_FALSE(image_size(png.substr(0, i))) << i;
  for (std::size_t i = 0; i + 4 < jpeg.size(); ++i)
    EXPECT_FALSE(image_size(jpeg.substr(0, i))) << i;
  std::string damaged = png;
  damaged[damaged.size() - 4] = '*';
  EXPECT_FALSE(image_size(damaged));
}

TEST(ImageSize, GivesUpOnAJpegWhoseFrameIsFarIn) {
  std::string bytes = kJpegStart;
  while (bytes.size() < 1 << 20) bytes += jpeg_segment('\xE1', std::string(65'000, 'x'));
  EXPECT_FALSE(image_size(data_url(bytes + jpeg_frame('\xC0', 10, 10))));
}

}  // namespace
}  // namespace tollgate::tokenizer
