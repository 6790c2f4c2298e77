// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/trace_context.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::http {
namespace {

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kParent = "00-" + std::string(kTrace) + "-00f067aa0ba902b7-01";

std::string_view trace_id(const std::string& value) {
  const std::vector<Field> fields{{"traceparent", value}};
  return read_trace_context(fields).trace_id;
}

/// Whether this state goes on beside a good parent.
bool state_passes(const std::vector<std::string>& values) {
  std::vector<Field> fields{{"TraceParent", kParent}};
  for (const std::string& value : values) fields.push_back({"TraceState", value});
  const TraceContext context = read_trace_context(fields);
  EXPECT_EQ(context.trace_id, kTrace);
  EXPECT_EQ(context.passes("tracestate"), context.state_passes);
  return context.passes("TRACESTATE");
}

TEST(TraceContext, ReadsTheTraceOfAValidParent) {
  EXPECT_EQ(trace_id(kParent), kTrace);
  EXPECT_EQ(trace_id("00-" + std::string(kTrace) + "-00f067aa0ba902b7-ff"), kTrace);
}

TEST(TraceContext, ALaterVersionIsReadByWhatTheFirstHasThere) {
  EXPECT_EQ(trace_id("01" + kParent.substr(2)), kTrace);
  EXPECT_EQ(trace_id("cc" + kParent.substr(2) + "-what.the-future-brings"), kTrace);
  EXPECT_EQ(trace_id("cc" + kParent.substr(2) + "."), "");
  EXPECT_EQ(trace_id(kParent + "-more"), "") << "version 00 ends there";
}

TEST(TraceContext, AMalformedParentIsNone) {
  const std::string zeros(32, '0');
  const std::vector<std::string> malformed{
      std::string(),
      std::string("00"),
      kParent.substr(0, 54),
      "ff" + kParent.substr(2),
      "0g" + kParent.substr(2),
      "00-" + zeros + "-00f067aa0ba902b7-01",
      "00-" + std::string(kTrace) + "-0000000000000000-01",
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
      "00_" + kParent.substr(3),
      kParent.substr(0, 35) + "_" + kParent.substr(36),
      kParent.substr(0, 53) + "0x",
      kParent.substr(0, 53) + "0A"};
  for (const std::string& value : malformed) {
    EXPECT_EQ(trace_id(value), "") << value;
  }
}

TEST(TraceContext, TwoParentsAreNone) {
  const std::vector<Field> fields{{"traceparent", kParent}, {"Traceparent", kParent}};
  const TraceContext context = read_trace_context(fields);
  EXPECT_EQ(context.trace_id, "");
  EXPECT_FALSE(context.passes("traceparent"));
}

TEST(TraceContext, StateNeedsAParent) {
  const std::vector<Field> fields{{"tracestate", "vendor=1"}};
  const TraceContext context = read_trace_context(fields);
  EXPECT_FALSE(context.passes("tracestate"));
  EXPECT_TRUE(context.passes("accept"));
}

TEST(TraceContext, ValidStatePasses) {
  EXPECT_TRUE(state_passes({}));
  EXPECT_TRUE(state_passes({"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"}));
  EXPECT_TRUE(state_passes({"a=1 , b=2", "", "1tenant@sys=x y:z"}));
  std::string most = "k0=v";
  for (int i = 1; i < 32; ++i) most += ",k" + std::to_string(i) + "=v";
  EXPECT_TRUE(state_passes({most}));
  EXPECT_FALSE(state_passes({most, "one-more=v"}));
}

TEST(TraceContext, MalformedStateIsDroppedWholeAndTheParentStays) {
  for (const char* value :
       {"novalue", "=v", "k=", "Key=v", "k=a=b", "a=1,a=2", "k\tx=v", "k=\x7f"}) {
    EXPECT_FALSE(state_passes({value})) << value;
  }
  EXPECT_FALSE(state_passes({"good=1", "k=1,k=2"}));
  std::string long_key(257, 'k');
  EXPECT_FALSE(state_passes({long_key.append("=v")}));
  std::string long_value = "k=";
  EXPECT_FALSE(state_passes({long_value.append(257, 'v')}));
}

}  // namespace
}  // namespace tollgate::http
