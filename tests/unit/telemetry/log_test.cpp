// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/log.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::telemetry::log {
namespace {

using nlohmann::json;

/// Catches what is logged, as start() sets the format up.
class LogTest : public testing::Test {
 protected:
  LogTest() {
    auto logger = std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_st>(out_));
    logger->set_pattern("%v");
    spdlog::set_default_logger(logger);
  }
  ~LogTest() override { spdlog::set_default_logger(before_); }

  /// The one line that was written since the last call.
  json line() {
    const std::string text = out_.str();
    out_.str("");
    EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
    for (const unsigned char c : text.substr(0, text.size() - 1))
      EXPECT_TRUE(c >= ' ' && c != 0x7F) << text;
    return json::parse(text, nullptr, false);
  }

  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::ostringstream out_;
};

TEST_F(LogTest, WritesOneJsonObjectALine) {
  warn("exporter.failed",
       {{"reason", "status 503"}, {"consecutive", 3}, {"sequence", std::int64_t{-1}}});
  const json entry = line();
  EXPECT_EQ(entry.at("level"), "warn");
  EXPECT_EQ(entry.at("event"), "exporter.failed");
  EXPECT_EQ(entry.at("reason"), "status 503");
  EXPECT_EQ(entry.at("consecutive"), 3);
  EXPECT_EQ(entry.at("sequence"), -1);
  EXPECT_TRUE(from_rfc3339(entry.at("time").get<std::string>()));
  info("a");
  EXPECT_EQ(line().at("level"), "info");
  error("b");
  EXPECT_EQ(line().at("level"), "error");
}

TEST_F(LogTest, WhatIsTrueOrFalseIsNoTextAndNoNumber) {
  const bool no = false;
  info("event", {{"alarm", true}, {"other", no}, {"text", "true"}});
  const json entry = line();
  EXPECT_EQ(entry.at("alarm"), json(true));
  EXPECT_EQ(entry.at("other"), json(false));
  EXPECT_EQ(entry.at("text"), json("true"));
}

TEST_F(LogTest, WhatIsNotKnownIsNull) {
  info("event",
       {{"some", std::optional<std::int64_t>(0)}, {"none", std::optional<std::int64_t>()}});
  const json entry = line();
  EXPECT_EQ(entry.at("some"), 0);
  EXPECT_TRUE(entry.at("none").is_null());
}

TEST_F(LogTest, NothingFromOutsideForgesOrBreaksALine) {  // faults.md P8
  const std::pair<std::string, std::string> cases[] = {
      {"a\nlevel=error forged", "a level=error forged"},
      {"a\r\n{\"event\":\"forged\"}", "a  {\"event\":\"forged\"}"},
      {"\x1b[31mred\x1b]0;title\x07", " [31mred ]0;title "},
      {"\xC2\x9B"
       "31m",
       " 31m"},
      {"\",\"event\":\"forged", "\",\"event\":\"forged"},
      {"back\\slash\\", "back\\slash\\"},
      {"${jndi:ldap://evil/x}", "${jndi:ldap://evil/x}"},
      {"'; T | where 1==1 //", "'; T | where 1==1 //"},
      {"{}%s%n{0}", "{}%s%n{0}"},
      {std::string("nul\0byte", 8), "nul byte"},
      {"bad\xFFutf8", "bad\xEF\xBF\xBDutf8"},
      {"größe", "größe"}};
  for (const auto& [given, written] : cases) {
    info("event", {{"value", given}});
    const json entry = line();
    ASSERT_TRUE(entry.is_object()) << given;
    EXPECT_EQ(entry.at("value"), written);
    EXPECT_EQ(entry.at("event"), "event");
    EXPECT_EQ(entry.size(), 4U);
  }
}

TEST_F(LogTest, WritesEveryByteAtEveryPlaceAsAJsonWriterDoes) {
  constexpr std::size_t kSize = 19;  // two blocks of eight, and some more
  for (std::size_t place = 0; place < kSize; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(kSize, 'x');
      text[place] = static_cast<char>(byte);
      info("event", {{"value", text}});
      ASSERT_EQ(line().at("value"), sanitize_utf8(text, kSize * 3)) << byte << " at " << place;
    }
  }
}

TEST_F(LogTest, CutsLongValues) {
  info("event", {{"value", std::string(1 << 20, 'x')}});
  EXPECT_EQ(line().at("value").get<std::string>().size(), 4096U);
}

TEST_F(LogTest, WritesNothingBelowItsLevel) {
  spdlog::set_level(spdlog::level::err);
  warn("event");
  EXPECT_EQ(out_.str(), "");
}

}  // namespace
}  // namespace tollgate::telemetry::log
