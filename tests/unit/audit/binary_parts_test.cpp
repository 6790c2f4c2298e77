// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/binary_parts.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"
#include "usage/every_way.hpp"

namespace tollgate::audit {
namespace {

const std::string kBytes =
    std::string("\x89PNG\r\n\0canary", 13) + std::string(20, '\xF8') + std::string(280, '\xFF');
const std::string kBase64 = to_base64(kBytes);

std::string hex(std::string_view bytes) {
  const Sha256 digest = sha256(bytes);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::string described(std::string_view type, std::string_view bytes = kBytes,
                      std::string_view more = "") {
  return "{\"type\":\"" + std::string(type) + "\",\"bytes\":" + std::to_string(bytes.size()) +
         ",\"sha256\":\"" + hex(bytes) + "\"" + std::string(more) + "}";
}

/// Where it finds something may_hold_file() has said so.
std::string filtered(std::string_view text) {
  const std::string found = usage::read_every_way(text, [](const usage::Pieces& pieces) {
    BinaryParts parts;
    std::string out;
    for (const std::string_view piece : pieces) parts.feed(piece, out);
    parts.finish(out);
    return out;
  });
  EXPECT_TRUE(may_hold_file(text) || found == text) << text;
  return found;
}

TEST(BinaryParts, MostTextsCanHoldNone) {
  const auto run = [](std::size_t size) { return std::string(size, 'A'); };
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string prose = std::string(before, '.');
    EXPECT_TRUE(may_hold_file(prose + run(32))) << before;
    EXPECT_TRUE(may_hold_file(prose + run(30) + "\\/" + ".")) << before;
    EXPECT_FALSE(may_hold_file(prose + run(31) + "." + run(31))) << before;
  }
  EXPECT_TRUE(may_hold_file(R"({"url":"DATA:text/plain;base64,QQ=="})"));
  EXPECT_FALSE(may_hold_file(R"({"data":"a sentence about data: none is here"})"));
  EXPECT_FALSE(may_hold_file(""));
}

TEST(BinaryParts, FilesBecomeTheirDescription) {
  const std::string url = "data:image/png;base64," + kBase64;
  EXPECT_EQ(filtered(R"({"image_url": {"url" : ")" + url + R"("}})"),
            R"({"image_url": {"url" : )" + described("image/png") + "}}");
  EXPECT_EQ(filtered(R"({"image_url":")" + url + R"("})"),
            R"({"image_url":)" + described("image/png") + "}");
  EXPECT_EQ(filtered(R"({"file_data":"data:application/pdf;name=x.pdf;base64,)" + kBase64 + "\"}"),
            R"({"file_data":)" + described("application/pdf") + "}");
  EXPECT_EQ(filtered(R"([{"input_audio":{"data":")" + kBase64 + R"(","format":"wav"}}])"),
            R"([{"input_audio":{"data":)" + described("audio") + R"(,"format":"wav"}}])");
  EXPECT_EQ(filtered(R"({"data":[{"b64_json":")" + kBase64 + R"("}],"usage":{}})"),
            R"({"data":[{"b64_json":)" + described("image") + R"(}],"usage":{}})");
  EXPECT_EQ(filtered(R"({"partial_image_b64":")" + kBase64 + "\"}"),
            R"({"partial_image_b64":)" + described("image") + "}");
}

TEST(BinaryParts, EscapedSlashesAreSlashes) {
  std::string escaped;
  for (const char c : kBase64) escaped.append(c == '/' ? "\\/" : std::string(1, c));
  ASSERT_NE(escaped, kBase64);
  EXPECT_EQ(filtered(R"({"b64_json":")" + escaped + "\"}"),
            R"({"b64_json":)" + described("image") + "}");
  EXPECT_EQ(filtered(R"({"url":"data:image\/png;base64,)" + escaped + "\"}"),
            R"({"url":)" + described("image/png") + "}");
}

TEST(BinaryParts, TextStaysTextWhateverItLooksLike) {
  const std::string url = "data:text/plain;base64," + kBase64;
  for (const std::string& text :
       {R"({"content":")" + url + "\"}", R"({"text":")" + kBase64 + "\"}",
        R"({"arguments":"{\"b64_json\":\")" + kBase64 + R"(\"}"})",
        R"({"metadata":{"data":")" + kBase64 + "\"}}", std::string(R"({"url":"https://a/b.png"})"),
        std::string(R"({"url":"data:text/plain,My%20card"})"), std::string(R"({"result":"ok"})"),
        std::string(R"({"b64_json":"short"})"),
        std::string(R"({"b64_json":"no base64 at all, but text"})"),
        std::string("no JSON \"b64_json\": at all"),
        std::string(R"({"input_audio":{"x":1},"data":")") + kBase64 + "\"}",
        std::string(R"(["b64_json","a\"b",{"url":null,"image":{"a":[1,2]}}])")}) {
    EXPECT_EQ(filtered(text), text);
  }
}

TEST(BinaryParts, AFileThatBreaksOffIsDescribedAsFarAsItCame) {
  EXPECT_EQ(filtered(R"({"b64_json":")" + to_base64(kBytes.substr(0, 300))),
            R"({"b64_json":)" + described("image", kBytes.substr(0, 300), ",\"cut\":true"));
  EXPECT_EQ(filtered(R"({"b64_json":"iVBO)"), R"({"b64_json":"iVBO)");
}

TEST(BinaryParts, WhatIsNoBase64InAFileIsCounted) {
  EXPECT_EQ(
      filtered(R"({"file_data":")" + kBase64.substr(0, 400) + R"(!?"})"),
      R"({"file_data":)" + described("file", kBytes.substr(0, 300), ",\"not_base64\":2") + "}");
}

TEST(BinaryParts, KeepsNothingOfAFileHoweverLong) {
  BinaryParts parts;
  std::string out;
  parts.feed(R"({"b64_json":")", out);
  for (int i = 0; i < 10'000; ++i) parts.feed(std::string(1024, 'A'), out);
  EXPECT_LT(out.size(), 100U);
  parts.feed("\"}", out);
  EXPECT_NE(out.find("\"bytes\":7680000"), std::string::npos);
}

TEST(BinaryParts, BodiesThatAreNoText) {
  EXPECT_EQ(describe_binary("Audio/MPEG; x=1", kBytes), described("audio/mpeg"));
  EXPECT_EQ(describe_binary("\"><script>", kBytes), described("application/octet-stream"));
}

TEST(BinaryParts, FormsAreTheirFields) {
  const std::string body =
      "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"g[]\"\r\n\r\nword\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"g[]\"\r\n\r\nsegment\r\n"
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
      "Content-Type: audio/wav\r\n\r\n" +
      kBytes + "\r\n--B--\r\n";
  EXPECT_EQ(
      describe_form("multipart/form-data; boundary=B", body, 1000),
      R"({"file":{"bytes":)" + std::to_string(kBytes.size()) + R"(,"filename":"a.wav","sha256":")" +
          hex(kBytes) +
          R"(","type":"application/octet-stream"},"g[]":["word","segment"],"model":"whisper"})");
  EXPECT_EQ(describe_form("multipart/form-data; boundary=B", "--C", 1000),
            described("multipart/form-data", "--C"));
}

std::string form_of(const std::string& file) {
  return "--B\r\nContent-Disposition: form-data; name=\"lines\"\r\n\r\nbatch\r\n"
         "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n" +
         file + "\r\n--B--\r\n";
}
nlohmann::json lines_in(const std::string& file, std::size_t max_bytes = 10'000) {
  const std::string text =
      describe_form("multipart/form-data; boundary=B", form_of(file), max_bytes);
  const nlohmann::json form = nlohmann::json::parse(text);
  EXPECT_EQ(form.at("lines"), "batch") << "no field hides what was uploaded";
  EXPECT_EQ(form.at("file").at("bytes"), file.size());
  return form.value("lines_", nlohmann::json());
}

// A batch's prompts went by without a trace.
TEST(BinaryParts, LinesOfAFileAreRead) {
  EXPECT_EQ(lines_in("\xEF\xBB\xBF{\"a\":\"\\u0040\"}\r\n\n{\"b\":2}\n").dump(),
            R"([{"a":"@"},{"b":2}])");
  EXPECT_EQ(lines_in("{\"a\":1}\nno JSON \xFF\n").dump(), "[{\"a\":1},\"no JSON \xEF\xBF\xBD\"]");
  const std::string half = std::string(300, 'x') + " and 4111 1111 11";
  EXPECT_EQ(lines_in("{}\n" + half).at(1).get<std::string>().find("4111"), std::string::npos)
      << "the other half may come in another piece";
  EXPECT_TRUE(lines_in("{no JSON}\n{\"a\":1}").is_null()) << "described alone";
  EXPECT_TRUE(lines_in(kBytes).is_null());
}

TEST(BinaryParts, NoMoreLinesOfAFileAreReadThanAreKept) {
  std::string file;
  for (int i = 0; i < 1'000; ++i) file += "{\"number\":" + std::to_string(i) + "}\n";
  EXPECT_LT(lines_in(file, 500).size(), 40U);
  EXPECT_LT(lines_in("{}\n\"" + std::string(5'000, 'x') + "\"\n", 500).at(1).dump().size(), 520U);
}

}  // namespace
}  // namespace tollgate::audit
