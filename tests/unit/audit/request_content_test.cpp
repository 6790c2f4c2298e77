// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/request_content.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace tollgate::audit {
namespace {

TEST(RequestContent, JsonStaysAndItsFilesAreDescribed) {
  const RequestContent plain = request_content("application/json", R"({"a": 1})", 100);
  EXPECT_EQ(plain.text, R"({"a": 1})");
  EXPECT_TRUE(plain.json);
  EXPECT_FALSE(plain.truncated);
  const std::string url = R"({"image_url":{"url":"data:image/png;base64,)" + std::string(400, 'A');
  const RequestContent image = request_content("", url + "\"}}", 1'000);
  EXPECT_EQ(nlohmann::json::parse(image.text)["image_url"]["url"]["type"], "image/png");
}

TEST(RequestContent, WhatIsOverTheBoundIsClosed) {
  const RequestContent cut =
      request_content("application/json", R"({"messages":[{"content":"0123456789"}]})", 36);
  EXPECT_EQ(cut.text, R"({"messages":[{"content":""}]})") << "it may have been half a value";
  EXPECT_TRUE(cut.truncated);
  EXPECT_TRUE(cut.json);
}

TEST(RequestContent, WhereAStringIsCutNoHalfOfAValueStays) {
  std::string words;
  while (words.size() < 2'000) words += "words\\n";
  const std::string head = R"({"messages":[{"content":")" + words;
  const std::string body = head + R"(alice@example.com and more of it"}]})";
  for (std::size_t more = 1; more < 17; ++more) {
    const RequestContent cut = request_content("application/json", body, head.size() + more + 4);
    EXPECT_TRUE(cut.truncated && cut.json);
    const std::string content = nlohmann::json::parse(cut.text)["messages"][0]["content"];
    EXPECT_EQ(content.find("ali"), content.npos);
    EXPECT_TRUE(content.ends_with("words")) << "cut between words";
    EXPECT_GT(content.size(), 1'300U);
  }
}

TEST(RequestContent, FormsAreTheirFieldsAndFilesTheirDescription) {
  const RequestContent form = request_content(
      "multipart/form-data; boundary=B",
      "--B\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nhi\r\n--B--\r\n", 1'000);
  EXPECT_EQ(form.text, R"({"prompt":"hi"})");
  const RequestContent file =
      request_content("application/octet-stream", std::string("\x00\xFF", 2), 1'000);
  EXPECT_EQ(nlohmann::json::parse(file.text)["bytes"], 2);
  EXPECT_EQ(request_content("audio/wav", "", 1'000).text, "");
}

TEST(RequestContent, OtherTextStaysText) {
  const RequestContent text = request_content("text/plain; charset=utf-8", "v=0\xFF", 1'000);
  EXPECT_EQ(text.text, "v=0\xEF\xBF\xBD");
  EXPECT_FALSE(text.json);
  EXPECT_FALSE(text.truncated);
  EXPECT_EQ(request_content("application/jsonl", "{}\n{}", 1'000).text, "{}\n{}");
}

}  // namespace
}  // namespace tollgate::audit
