// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/form_parts.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::usage {
namespace {

constexpr std::string_view kType = "multipart/form-data; boundary=\"b0und\"";

using Parts = std::vector<std::string>;
const Parts kMalformed{"malformed"};

/// "name=content" of each part.
Parts parts_in(std::string_view body, std::size_t bytes = 1 << 20) {
  FormReader reader(kType, body);
  std::size_t steps = 1;
  while (!reader.step(bytes) && steps < 10'000) ++steps;
  const auto parts = reader.take();
  if (!parts) return kMalformed;
  Parts out;
  for (const FormPart& part : *parts) {
    out.push_back(std::string(part.name) + (part.is_file ? "!" : "") + "=" +
                  std::string(body.substr(part.begin, part.end - part.begin)));
  }
  return out;
}

std::string part(std::string_view name, std::string_view content) {
  return "--b0und\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
         std::string(content) + "\r\n";
}

TEST(FormReader, FindsTheSameInStepsOfAnySize) {
  const std::string body =
      part("a", "1") + part("b", "") +
      "--b0und\r\nContent-Disposition: form-data; name=c; filename=f\r\n\r\n\r\n-\r\n--b0un\r\n" +
      "--b0und\r\n\r\nx\r\n--b0und\r\nX: y\r\n\r\n--b0und--\r\n";
  const Parts expected{"a=1", "b=", "c!=\r\n-\r\n--b0un", "=x", "="};
  for (std::size_t bytes = 1; bytes <= body.size(); ++bytes) {
    ASSERT_EQ(parts_in(body, bytes), expected) << bytes;
  }
}

// 16 MB that look like the boundary at every byte took a worker a fifth of a second.
TEST(FormReader, AStepLooksAtNoMoreThanItWasTold) {
  std::string content;
  while (content.size() < 4'000'000) content.append("\r\n--b0un");
  const std::string body = part("a", content) + "--b0und--";
  FormReader reader(kType, body);
  std::size_t steps = 1;
  while (!reader.step()) ++steps;
  ASSERT_TRUE(reader.take());
  EXPECT_GE(steps, body.size() / FormReader::kStep);
  EXPECT_LE(steps, body.size() / FormReader::kStep + 3);
}

// What one reader skips another may read.
TEST(FormReader, RefusesWhatReadersOfFormsMayDisagreeAbout) {
  const std::string good = part("a", "1");
  const std::string end = "--b0und--\r\n";
  EXPECT_EQ(parts_in(good + end), Parts{"a=1"});
  EXPECT_EQ(parts_in("\r\n" + good + end), Parts{"a=1"}) << "some clients begin so";
  EXPECT_EQ(parts_in(good + "--b0und-- \r\n\r\n"), Parts{"a=1"});
  EXPECT_EQ(parts_in(good + "--b0und--"), Parts{"a=1"});
  EXPECT_EQ(parts_in("--b0und--"), Parts{});
  for (const std::string& body : std::vector<std::string>{
           "a preamble\r\n" + good + end, "\r\n\r\n" + good + end, "\n" + good + end,
           good + end + "an epilogue", good + end + good + end, good + "--b0und--" + part("b", "2"),
           "--b0und\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b0und--",
           part("a", "1\n--b0und\nContent-Disposition: form-data; name=\"b\"\n\n2") + end,
           part("a", "x--b0und--") + end, part("a", "1") + "--b0und \r\nX: y\r\n\r\n2\r\n" + end,
           good, std::string(), std::string("--b0un"), "--b0und\r\nX: y\r\n" + end}) {
    EXPECT_EQ(parts_in(body), kMalformed) << body;
    EXPECT_EQ(parts_in(body, 1), kMalformed) << body;
  }
}

TEST(FormReader, HasBounds) {
  std::string many;
  for (std::size_t i = 0; i < kMostFormParts; ++i) many += part("a", "");
  EXPECT_EQ(parts_in(many + "--b0und--").size(), kMostFormParts);
  EXPECT_EQ(parts_in(many + part("a", "") + "--b0und--"), kMalformed);
  EXPECT_EQ(parts_in(part(std::string(5'000, 'a'), "") + "--b0und--"), kMalformed);
  for (const char* type : {"multipart/form-data", "multipart/mixed; boundary=b0und",
                           "multipart/form-data; boundary=b0und; boundary=b", ""}) {
    EXPECT_FALSE(form_parts(type, "--b0und--")) << type;
  }
}

}  // namespace
}  // namespace tollgate::usage
