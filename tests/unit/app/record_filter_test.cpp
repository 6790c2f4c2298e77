// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_filter.hpp"

#include <gtest/gtest.h>

namespace tollgate::app {
namespace {

usage::UsageRecord record() {
  usage::UsageRecord out;
  out.client_name = "retail";
  out.model = "gpt-4o-2024-11-20";
  out.requested_model = "gpt-4o";
  out.response_id = "resp_1";
  out.conversation_id = "c-7";
  out.caller_ip_address = "10.0.0.1";
  out.caller_object_id = "object";
  out.end_user = "ann";
  return out;
}

TEST(RecordFilter, HoldsWhatRedactionHasReplaced) {
  usage::UsageRecord replaced = record();
  replaced.end_user = "[EMAIL:93]";
  RecordFilter filter{.caller = "ann@example.org",
                      .replaced_callers = {"[EMAIL:12]", "[EMAIL:93]"}};
  EXPECT_TRUE(filter.holds(replaced));
  EXPECT_FALSE(filter.holds(record()));
  replaced.end_user = "ann@example.org";
  EXPECT_TRUE(filter.holds(replaced)) << "of a client that is not redacted";
  replaced.conversation_id = "[EMAIL:12]";
  filter = {.conversation = "ann@example.org", .replaced_conversations = {"[EMAIL:12]"}};
  EXPECT_TRUE(filter.holds(replaced));
}

TEST(RecordFilter, HoldsWhatFitsAllThatIsAskedFor) {
  EXPECT_TRUE(RecordFilter{}.holds(record()));
  EXPECT_FALSE(RecordFilter{}.any());
  for (const RecordFilter& fits :
       {RecordFilter{.client = "retail"}, RecordFilter{.model = "gpt-4o"},
        RecordFilter{.model = "gpt-4o-2024-11-20"}, RecordFilter{.response = "resp_1"},
        RecordFilter{.conversation = "c-7"}, RecordFilter{.caller = "10.0.0.1"},
        RecordFilter{.caller = "object"}, RecordFilter{.client = "retail", .caller = "ann"}}) {
    EXPECT_TRUE(fits.holds(record()));
    EXPECT_TRUE(fits.any());
  }
  for (const RecordFilter& other :
       {RecordFilter{.client = "Retail"}, RecordFilter{.model = "gpt-4"},
        RecordFilter{.response = "resp_"}, RecordFilter{.conversation = "c"},
        RecordFilter{.caller = "retail"}, RecordFilter{.client = "retail", .caller = "bob"}}) {
    EXPECT_FALSE(other.holds(record()));
  }
}

TEST(RecordFilter, TakesAnIdInLettersLargeAndSmall) {
  auto guid = record();
  guid.response_id = "019aaaaa-0000-4000-8000-00000000abcd";
  const auto holds = [&](const char* id) { return RecordFilter{.response = id}.holds(guid); };
  EXPECT_TRUE(holds("019AAAAA-0000-4000-8000-00000000ABCD"));
  EXPECT_FALSE(holds("019AAAAA-0000-4000-8000-00000000ABCE"));
  EXPECT_TRUE(RecordFilter{.response = "RESP_1"}.holds(record()));
}

TEST(RecordFilter, SaysWhyNothingFits) {
  NamesMet names;
  names.add(record());
  EXPECT_EQ(names.nothing_fits({.client = "retial"}),
            "no record of this time is of the client retial; did you mean retail?");
  EXPECT_EQ(names.nothing_fits({.model = "gpt4o"}),
            "no record of this time is of the model gpt4o; did you mean gpt-4o?");
  EXPECT_EQ(names.nothing_fits({.client = "retail", .response = "resp_2"}),
            "no record of this time fits");
}

// Of so many models not every name is kept: "no record is of the model m-1500" was not true.
TEST(RecordFilter, ClaimsNothingOfNamesThatItHasNotKept) {
  NamesMet names;
  usage::UsageRecord other = record();
  for (int i = 0; i < 2000; ++i) {
    other.requested_model = other.model = "m-" + std::to_string(i);
    names.add(other);
  }
  EXPECT_EQ(names.nothing_fits({.model = "m-1500", .response = "x"}),
            "no record of this time fits");
  EXPECT_EQ(names.nothing_fits({.client = "retial", .model = "m-1500"}),
            "no record of this time is of the client retial; did you mean retail?");
}

}  // namespace
}  // namespace tollgate::app
