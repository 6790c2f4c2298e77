// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

TEST(ParseDuration, NeedsANumberAndItsUnit) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("30s"), milliseconds(30'000));
  EXPECT_EQ(parse_duration("15m"), milliseconds(900'000));
  EXPECT_EQ(parse_duration("1h"), milliseconds(3'600'000));
  EXPECT_EQ(parse_duration("30d"), milliseconds(2'592'000'000));
  EXPECT_EQ(parse_duration("0s"), milliseconds(0));
  for (const char* text : {"", "30", "s", "30 s", " 30s", "30s ", "30S", "30sec", "1.5s", "-1s",
                           "+1s", "0x1s", "1h30m", "1e3s", "3661d", "18446744073709551616s",
                           "213503982335d"}) {  // whose milliseconds overflow to some hours
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(ParseSize, KnowsBinaryUnits) {
  EXPECT_EQ(parse_size("1000"), 1000U);
  EXPECT_EQ(parse_size("64KiB"), 65'536U);
  EXPECT_EQ(parse_size("10MiB"), 10'485'760U);
  EXPECT_EQ(parse_size("3GiB"), 3'221'225'472U);
  for (const char* text : {"", "KiB", "64KB", "64kib", "64 KiB", "1.5GiB", "-1", "1TiB",
                           "18446744073709551616", "17179869185GiB"}) {  // which overflows to 1 GiB
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(ParseAddress, TakesHostAndPort) {
  const auto v4 = parse_address("127.0.0.1:8080");
  ASSERT_TRUE(v4);
  EXPECT_EQ(v4->host, "127.0.0.1");
  EXPECT_EQ(v4->port, 8080);
  EXPECT_EQ(parse_address("[2001:db8::1]:443")->host, "2001:db8::1");
  EXPECT_EQ(parse_address("localhost:0")->port, 0);
  for (const char* text : {"",
                           "8080",
                           ":8080",
                           "127.0.0.1",
                           "127.0.0.1:",
                           "127.0.0.1:65536",
                           "127.0.0.1:-1",
                           "127.0.0.1:+1",
                           "127.0.0.1:80 ",
                           "::1:8080",
                           "[::1]",
                           "[::1]8080",
                           "[]:80",
                           "[::1:80",
                           "[zz]:80",
                           "[127.0.0.1]:80",
                           "a b:80",
                           "a_b:80",
                           "a/b:80",
                           "a:b:80"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(ParseGuid, IsReturnedInLowerCase) {
  EXPECT_EQ(parse_guid("ABCDEF00-0000-0000-0000-0000000000aA"),
            "abcdef00-0000-0000-0000-0000000000aa");
  for (const char* text :
       {"", "ABCDEF00000000000000000000000000", "abcdef00-0000-0000-0000-0000000000a",
        "{abcdef00-0000-0000-0000-0000000000aa}", "gbcdef00-0000-0000-0000-0000000000aa",
        "abcdef00-0000-0000-0000-0000000000aa\n"}) {
    EXPECT_FALSE(parse_guid(text)) << text;
  }
}

TEST(IsName, IsWhatRecordsAndLogsCanHold) {
  for (const std::string& text :
       {std::string("a"), std::string("größe €"), std::string(256, 'x')}) {
    EXPECT_TRUE(is_name(text)) << text;
  }
  for (const std::string& text :
       {std::string(), std::string(257, 'x'), std::string("a\nb"), std::string("\x1b[0m"),
        std::string("a\xFF"), std::string("a\0", 2), std::string("\xC2\x9B")}) {
    EXPECT_FALSE(is_name(text)) << testing::PrintToString(text);
  }
}

TEST(IsHeaderName, HasLettersDigitsAndDashes) {
  EXPECT_TRUE(is_header_name("X-Client-Id2"));
  for (const std::string& text :
       {std::string(), std::string("x_client"), std::string("x client"), std::string("x:"),
        std::string("x\r\n"), std::string("\xC3\xA4"), std::string(65, 'x')}) {
    EXPECT_FALSE(is_header_name(text)) << text;
  }
}

TEST(EndpointFault, WantsAnHttpsOrigin) {
  for (const char* text : {"https://contoso.openai.azure.com", "https://a:8443",
                           "https://[::1]:8443", "https://[::1]", "https://10.0.0.1"}) {
    EXPECT_FALSE(endpoint_fault(text, false)) << text;
  }
  for (const char* text : {"",
                           "contoso.com",
                           "ftp://a",
                           "HTTPS://a",
                           "https://",
                           "https://a/",
                           "https://a/openai",
                           "https://a?x",
                           "https://a#x",
                           "https://u@a",
                           "https://u:p@a",
                           "https://a:0",
                           "https://a:",
                           "https://a:65536",
                           "https://a:1:2",
                           "https://a b",
                           "https://a\r\nb",
                           "https://[zz]",
                           "http://a",
                           "http://127.0.0.1"}) {
    EXPECT_TRUE(endpoint_fault(text, false)) << text;
  }
}

TEST(BaseUrl, IsFreeOfWhatRequestsBring) {
  for (const char* url : {"https://a", "https://a/", "https://a//", "https://a/openai",
                          "https://a/openai/", "https://a/openai/v1", "https://a/openai/v1/"}) {
    EXPECT_EQ(without_operations_root(url), "https://a") << url;
  }
  EXPECT_EQ(without_operations_root("https://a/api/projects/p/openai/v1"),
            "https://a/api/projects/p");
  EXPECT_EQ(without_operations_root("https://a/myopenai"), "https://a/myopenai");
}

TEST(BaseUrl, MayHaveAPathOfPlainSegments) {
  for (const char* url : {"https://a", "https://a:1/b", "https://a/api/projects/my-project_1.x"}) {
    EXPECT_FALSE(base_url_fault(url)) << url;
  }
  for (const char* url :
       {"", "https://", "https:///b", "http://a/b", "https://a/../b", "https://a/.",
        "https://a/b/..", "https://a//b", "https://a/b?x", "https://a/b#x", "https://a/%2e",
        "https://a/b c", "https://u@a/b", "a/b"}) {
    EXPECT_TRUE(base_url_fault(url)) << url;
  }
}

TEST(EndpointFault, AllowsPlainHttpToThisHostOnlyWhereAsked) {
  for (const char* text : {"http://127.0.0.1", "http://127.8.0.1:80", "http://[::1]:80",
                           "http://localhost", "http://localhost:8080", "https://a"}) {
    EXPECT_FALSE(endpoint_fault(text, true)) << text;
  }
  for (const char* text :
       {"http://a", "http://127.evil.example", "http://localhost.evil.example", "http://10.0.0.1",
        "http://[::1]evil:80", "http://0.0.0.0", "http://127.0.0.1@evil.example"}) {
    EXPECT_TRUE(endpoint_fault(text, true)) << text;
  }
}

}  // namespace
}  // namespace tollgate::config
