// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/url.hpp"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

TEST(Url, TakesApart) {
  const auto url = parse_url("https://contoso.openai.azure.com/openai?x=1").value();
  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.host, "contoso.openai.azure.com");
  EXPECT_EQ(url.port, 443);
  EXPECT_EQ(url.target, "/openai?x=1");
  EXPECT_EQ(url.authority(), "contoso.openai.azure.com");
}

TEST(Url, KnowsPortsAddressesAndBareHosts) {
  const auto plain = parse_url("http://127.0.0.1:8080").value();
  EXPECT_FALSE(plain.tls);
  EXPECT_EQ(plain.port, 8080);
  EXPECT_EQ(plain.target, "/");
  EXPECT_EQ(plain.authority(), "127.0.0.1:8080");
  const auto v6 = parse_url("https://[::1]:4433?q").value();
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.authority(), "[::1]:4433");
  EXPECT_EQ(v6.target, "/?q");
}

TEST(Url, RefusesTheRest) {
  for (const char* text :
       {"", "contoso.com", "ftp://x", "https://", "https://a@b", "https://a b", "https://a#b",
        "https://a:0", "https://a:65536", "https://a:x", "https://[::1", "https://a\r\nb",
        "https:///x", "https://a%2Fb", "https://a:"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

}  // namespace
}  // namespace tollgate::http
