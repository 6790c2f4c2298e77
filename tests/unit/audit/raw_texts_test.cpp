// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "raw_texts.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::audit {
namespace {

std::string cut(const std::string& json) {
  std::string out;
  const TextsCut done = cut_texts(
      json, [](std::string_view name) { return name == "id"; }, out);
  return (done.any ? "cut " : "same ") + out;
}

TEST(RawTexts, EachTextLosesItsEnd) {
  EXPECT_EQ(cut(R"({"a":"x\"y","b":[true,"z"]})"), R"(cut {"a":"","b":[true,""]})");
  EXPECT_EQ(cut(R"({"id":"x","n":1})"), R"(same {"id":"x","n":1})");
  EXPECT_EQ(cut(R"([{"id":{"a":"x","b":["y"]},"c":"z"},{"id":["x"]},"v"])"),
            R"(cut [{"id":{"a":"x","b":["y"]},"c":""},{"id":["x"]},""])");
  EXPECT_EQ(cut(R"({"id" : "x" , "a" : "\\"})"), R"(cut {"id" : "x" , "a" : ""})");
  const std::string begin(300, 'x');
  EXPECT_EQ(cut("[\"so " + begin + "\"]"), "cut [\"so\"]");
}

TEST(RawTexts, ATextOfWhichNothingIsLeftIsTold) {
  const auto emptied = [](const std::string& json) {
    std::string out;
    return cut_texts(
               json, [](std::string_view) { return false; }, out)
        .emptied;
  };
  const std::string longer = "\"so " + std::string(300, 'x') + "\"";
  EXPECT_FALSE(emptied("[" + longer + ",7]"));
  EXPECT_TRUE(emptied("[\"x\"," + longer + "]"));
}

// It was copied once for each level.
TEST(RawTexts, DepthCostsNothing) {
  std::string deep;
  for (int i = 0; i < 500'000; ++i) deep += "{\"a\":";
  deep += "\"x\"" + std::string(500'000, '}');
  EXPECT_EQ(cut(deep).size(), deep.size() + 4 - 1);
}

}  // namespace
}  // namespace tollgate::audit
