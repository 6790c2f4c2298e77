// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/client_address.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace tollgate::http {
namespace {

struct Case {
  std::string name;
  std::string peer;
  std::vector<std::string> lists;  ///< one X-Forwarded-For field each
  std::string address;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

const ProxyTrust kTrusted{{*Network::parse("10.0.0.0/8"), *Network::parse("fd00::/8")},
                          ForwardedHeader::x_forwarded_for};

class ClientAddress : public testing::TestWithParam<Case> {};

TEST_P(ClientAddress, IsTheLastOneBelieved) {
  std::vector<Field> fields{{"X-Real-IP", "203.0.113.66"},
                            {"Forwarded", "for=203.0.113.66"},
                            {"X_Forwarded_For", "203.0.113.66"}};
  for (const std::string& list : GetParam().lists) fields.push_back({"x-FORWARDED-for", list});
  EXPECT_EQ(client_address(boost::asio::ip::make_address(GetParam().peer), fields, kTrusted),
            GetParam().address);
}

INSTANTIATE_TEST_SUITE_P(
    P2, ClientAddress,
    testing::Values(
        Case{"untrusted_peer_is_the_caller", "192.0.2.1", {"203.0.113.7"}, "192.0.2.1"},
        Case{"untrusted_peer_claims_a_proxy", "192.0.2.1", {"10.0.0.1"}, "192.0.2.1"},
        Case{"no_list", "10.0.0.1", {}, "10.0.0.1"},
        Case{"one", "10.0.0.1", {"203.0.113.7"}, "203.0.113.7"},
        Case{"right_to_left", "10.0.0.1", {"198.51.100.9, 203.0.113.7"}, "203.0.113.7"},
        Case{"spoofed_in_front",
             "10.0.0.1",
             {"10.9.9.9, 1.1.1.1,203.0.113.7 , 10.0.0.2"},
             "203.0.113.7"},
        Case{"only_proxies", "10.0.0.1", {"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
        Case{"several_fields_are_one_list",
             "10.0.0.1",
             {"198.51.100.9", "203.0.113.7", "10.0.0.2"},
             "203.0.113.7"},
        Case{"malformed_ends_the_walk", "10.0.0.1", {"203.0.113.7, evil, 10.0.0.2"}, "10.0.0.2"},
        Case{"malformed_at_once", "10.0.0.1", {"203.0.113.7, unknown"}, "10.0.0.1"},
        Case{"empty_element", "10.0.0.1", {"203.0.113.7,"}, "10.0.0.1"},
        Case{"empty_list", "10.0.0.1", {""}, "10.0.0.1"},
        Case{"line_break_in_an_element", "10.0.0.1", {"203.0.113.7\nx"}, "10.0.0.1"},
        Case{"out_of_range", "10.0.0.1", {"203.0.113.256"}, "10.0.0.1"},
        Case{"octal", "10.0.0.1", {"0203.0.113.7"}, "10.0.0.1"},
        Case{"mapped_peer", "::ffff:10.0.0.1", {"203.0.113.7"}, "203.0.113.7"},
        Case{"mapped_untrusted_peer", "::ffff:192.0.2.1", {"203.0.113.7"}, "192.0.2.1"},
        Case{"mapped_proxy_in_the_list",
             "10.0.0.1",
             {"203.0.113.7, ::ffff:10.0.0.2"},
             "203.0.113.7"},
        Case{"mapped_caller", "10.0.0.1", {"::FFFF:203.0.113.7"}, "203.0.113.7"},
        Case{"ipv6", "fd00::1", {"2001:DB8:0:0::7"}, "2001:db8::7"},
        Case{"ipv6_in_brackets", "fd00::1", {"[2001:db8::7]"}, "2001:db8::7"},
        Case{"ipv6_with_port", "fd00::1", {"[2001:db8::7]:49152, [fd00::2]:80"}, "2001:db8::7"},
        Case{"ipv4_with_port", "10.0.0.1", {"203.0.113.7:49152"}, "203.0.113.7"},
        Case{"port_of_letters", "10.0.0.1", {"203.0.113.7:http"}, "10.0.0.1"},
        Case{"port_empty", "10.0.0.1", {"203.0.113.7:"}, "10.0.0.1"},
        Case{"port_too_long", "10.0.0.1", {"203.0.113.7:123456"}, "10.0.0.1"},
        Case{"ipv4_in_brackets", "10.0.0.1", {"[203.0.113.7]"}, "10.0.0.1"},
        Case{"bracket_left_open", "10.0.0.1", {"[2001:db8::7"}, "10.0.0.1"},
        Case{"bracket_alone", "10.0.0.1", {"["}, "10.0.0.1"},
        Case{"text_behind_the_bracket", "10.0.0.1", {"[2001:db8::7]x:1"}, "10.0.0.1"},
        Case{"of_64_KiB", "10.0.0.1", {std::string(65'536, '1')}, "10.0.0.1"}),
    [](const auto& info) { return info.param.name; });

TEST(ClientAddress, BelievesNobodyUnlessConfigured) {
  EXPECT_EQ(
      client_address(boost::asio::ip::make_address("10.0.0.1"),
                     {{"x-forwarded-for", "203.0.113.7"}, {"forwarded", "for=203.0.113.7"}}, {}),
      "10.0.0.1");
}

const std::string kPeer = "10.0.0.1";

class ForwardedAddress : public testing::TestWithParam<Case> {};

TEST_P(ForwardedAddress, IsTheLastOneBelieved) {
  std::vector<Field> fields;
  for (const std::string& list : GetParam().lists) fields.push_back({"FORWARDED", list});
  EXPECT_EQ(
      client_address(boost::asio::ip::make_address(GetParam().peer), fields, {kTrusted.networks}),
      GetParam().address);
}

INSTANTIATE_TEST_SUITE_P(
    P2, ForwardedAddress,
    testing::Values(
        Case{"untrusted_peer", "192.0.2.1", {"for=203.0.113.7"}, "192.0.2.1"},
        Case{"one", kPeer, {"for=203.0.113.7"}, "203.0.113.7"},
        Case{"name_in_any_case", kPeer, {"For=203.0.113.7"}, "203.0.113.7"},
        Case{"quoted", kPeer, {"for=\"203.0.113.7\""}, "203.0.113.7"},
        Case{"with_port", kPeer, {"for=\"203.0.113.7:4711\""}, "203.0.113.7"},
        Case{"with_obfuscated_port", kPeer, {"for=\"203.0.113.7:_gazonk\""}, "203.0.113.7"},
        Case{"ipv6", "fd00::1", {"for=\"[2001:DB8::7]\""}, "2001:db8::7"},
        Case{"ipv6_with_port", kPeer, {"for=\"[2001:db8::7]:4711\""}, "2001:db8::7"},
        Case{"among_other_pairs",
             kPeer,
             {"proto=https;by=10.0.0.9 ; for=203.0.113.7;host=\"a;b,c\""},
             "203.0.113.7"},
        Case{"right_to_left",
             kPeer,
             {"for=198.51.100.9, for=203.0.113.7, for=10.0.0.2"},
             "203.0.113.7"},
        Case{"only_proxies", kPeer, {"for=10.0.0.3, for=10.0.0.2"}, "10.0.0.3"},
        Case{"several_fields_are_one_list",
             kPeer,
             {"for=198.51.100.9", "for=203.0.113.7", "for=10.0.0.2"},
             "203.0.113.7"},
        Case{"obfuscated_ends_the_walk",
             kPeer,
             {"for=203.0.113.7, for=_hidden, for=10.0.0.2"},
             "10.0.0.2"},
        Case{"unknown_ends_the_walk", kPeer, {"for=203.0.113.7, for=unknown"}, kPeer},
        Case{"no_for", kPeer, {"by=203.0.113.7;proto=http"}, kPeer},
        Case{"for_twice", kPeer, {"for=203.0.113.7;for=203.0.113.8"}, kPeer},
        Case{"no_value", kPeer, {"for"}, kPeer}, Case{"empty_value", kPeer, {"for="}, kPeer},
        Case{"blank_around_equals", kPeer, {"for = 203.0.113.7"}, kPeer},
        Case{"half_quoted", kPeer, {"for=\"203.0.113.7"}, kPeer},
        Case{"quote_inside", kPeer, {"for=203\".0.113.7\""}, kPeer},
        Case{"escape", kPeer, {"for=\"203.0.113.\\7\""}, kPeer},
        Case{"escape_in_another_pair", kPeer, {"for=203.0.113.7;host=\"a\\b\""}, kPeer},
        Case{"open_quote_of_the_clients_own",
             kPeer,
             {"for=\"1.1.1.1, for=203.0.113.7"},
             "203.0.113.7"},
        Case{"comma_in_quotes", kPeer, {"for=203.0.113.7;host=\"x, for=1.1.1.1\""}, "203.0.113.7"},
        Case{"hidden_by_an_escaped_quote",
             kPeer,
             {"for=203.0.113.7;host=\"x\\\", for=1.1.1.1;a=\\\"y\""},
             kPeer},
        Case{"mapped", kPeer, {"for=\"[::ffff:203.0.113.7]\""}, "203.0.113.7"},
        Case{"empty", kPeer, {""}, kPeer},
        Case{"of_64_KiB", kPeer, {"for=" + std::string(65'536, '"')}, kPeer}),
    [](const auto& info) { return info.param.name; });

TEST(ClientAddress, OneHeaderCountsAndThePrecedenceIsTheListeners) {
  const auto peer = boost::asio::ip::make_address(kPeer);
  const http::Field old_style{"x-forwarded-for", "203.0.113.7"};
  const http::Field new_style{"forwarded", "for=198.51.100.9"};
  const auto address = [&](ForwardedHeader header, const std::vector<Field>& fields) {
    return client_address(peer, fields, {kTrusted.networks, header});
  };
  EXPECT_EQ(address(ForwardedHeader::either, {new_style, old_style}), "203.0.113.7");
  EXPECT_EQ(address(ForwardedHeader::either, {new_style}), "198.51.100.9");
  EXPECT_EQ(address(ForwardedHeader::either, {new_style, {"x-forwarded-for", ""}}), kPeer);
  EXPECT_EQ(address(ForwardedHeader::x_forwarded_for, {new_style, old_style}), "203.0.113.7");
  EXPECT_EQ(address(ForwardedHeader::x_forwarded_for, {new_style}), kPeer);
  EXPECT_EQ(address(ForwardedHeader::forwarded, {new_style, old_style}), "198.51.100.9");
  EXPECT_EQ(address(ForwardedHeader::forwarded, {old_style}), kPeer);
}

}  // namespace
}  // namespace tollgate::http
