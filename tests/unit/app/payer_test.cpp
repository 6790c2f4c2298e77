// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "payer.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace tollgate::app {
namespace {

Result<Payer> payer(const std::string& tag, const std::string& client, bool unused = false) {
  StatementOptions options;
  options.tag = tag;
  options.client = client;
  options.unused_capacity = unused;
  return Payer::parse(options);
}

const std::map<std::string, std::map<std::string, std::string>> kClients{
    {"retail-chatbot", {{"cost_center", "4711"}}}, {"search-index", {}}};

/// Why there is no such payer; empty: there is.
std::string doubt(const Result<Payer>& of, const std::set<std::string>& met = {}) {
  const Result<void> known = of->known(kClients, met);
  return known ? "" : known.error().message;
}

TEST(Payer, IsOneAlone) {
  EXPECT_TRUE(payer("", "").has_error());
  EXPECT_TRUE(payer("a=b", "c").has_error());
  EXPECT_TRUE(payer("", "c", true).has_error());
  EXPECT_EQ(payer("cost_center", "").error().message,
            "--tag takes a name and a value: cost_center=4711");
  EXPECT_EQ(payer("cost_center=4711", "")->words(), "cost_center=4711");
  EXPECT_EQ(payer("", "c")->words(), "client c");
}

TEST(Payer, PaysForWhatItUsedAndNotForWhatNobodyUsed) {
  usage::UsageRecord record;
  record.client_name = "c";
  record.tags = {{"a", "b"}};
  EXPECT_TRUE(payer("", "c")->pays(record));
  EXPECT_TRUE(payer("a=b", "")->pays(record));
  EXPECT_FALSE(payer("a=", "")->pays(record));
  EXPECT_FALSE(payer("", "", true)->pays(record));
  // What is left of its hour is not known yet; the statement of nobody was silent about it.
  record.cost_basis = usage::CostBasis::allocated_later;
  EXPECT_TRUE(payer("", "", true)->pays(record));
  EXPECT_TRUE(payer("", "c")->pays(record));
  record.cost_basis = usage::CostBasis::priced;
  record.cost_reason = "unused_capacity";
  EXPECT_TRUE(payer("", "", true)->pays(record));
  EXPECT_FALSE(payer("", "c")->pays(record));
}

// A statement of nobody was a statement of nothing, and ended well.
TEST(Payer, OneThatThereIsNotIsDoubted) {
  EXPECT_EQ(doubt(payer("", "search-index")), "") << "it used nothing";
  EXPECT_EQ(doubt(payer("", "gone"), {"gone"}), "") << "records have it";
  EXPECT_EQ(doubt(payer("", "search-indx")),
            "no client and no record of this time is named search-indx; did you mean "
            "search-index?");
  EXPECT_EQ(doubt(payer("cost_center=4711", "")), "");
  EXPECT_EQ(doubt(payer("cost_center=4712", "")),
            "no client and no record of this time has the tag cost_center=4712; did you mean "
            "4711?");
  EXPECT_EQ(doubt(payer("cost_centre=4711", "")),
            "no client and no record of this time has the tag cost_centre; did you mean "
            "cost_center?");
  EXPECT_EQ(doubt(payer("", "", true)), "");
}

}  // namespace
}  // namespace tollgate::app
