// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tollgate/quotas/import.hpp"

namespace tollgate::quotas {
namespace {

ImportedLimits imported(const std::string& inbound) {
  auto out = import_apim_policy("<policies>\n<inbound>\n" + inbound + "\n</inbound></policies>");
  EXPECT_TRUE(out) << out.error().message;
  return out ? std::move(*out) : ImportedLimits();
}

std::vector<std::string> texts(const std::vector<Limit>& limits) {
  std::vector<std::string> out;
  for (const Limit& limit : limits) {
    out.push_back(to_text(limit));
    if (limit.burst) out.back().append(", burst ").append(std::to_string(*limit.burst));
  }
  return out;
}

std::string left_out(const ImportedLimits& limits) {
  std::string out;
  for (const NotMapped& one : limits.not_mapped) {
    out.append(std::to_string(one.line)).append(" ").append(one.what).append(": ");
    out.append(one.why).append("\n");
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(ApimPolicy, ATokenLimitOfEachSubscription) {
  const auto found = imported(
      R"xml(<llm-token-limit counter-key="@(context.Subscription.Id)" tokens-per-minute="60000"
           token-quota="2000000" token-quota-period="Daily" estimate-prompt-tokens="true"
           remaining-tokens-header-name="x-left" tokens-consumed-variable-name="used" />)xml");
  EXPECT_EQ(texts(found.of_each), (Texts{"60000 tokens per minute", "2000000 tokens per day"}));
  EXPECT_TRUE(found.of_all.empty());
  EXPECT_TRUE(found.exhausted_is_403);
  EXPECT_EQ(left_out(found),
            "3 llm-token-limit estimate-prompt-tokens: prompts are always counted before they are "
            "sent\n"
            "3 llm-token-limit remaining-tokens-header-name: it is x-ratelimit-remaining-tokens\n"
            "3 llm-token-limit tokens-consumed-variable-name: there are no variables of "
            "policies\n");
}

TEST(ApimPolicy, AKeyThatIsTheSameForAllIsOfAllTogether) {
  const auto found = imported(
      R"xml(<azure-openai-token-limit counter-key="everybody" tokens-per-minute="5000" />
         <llm-token-limit counter-key='@("all")' token-quota="7" token-quota-period="Yearly" />)xml");
  EXPECT_EQ(texts(found.of_all), (Texts{"5000 tokens per minute", "7 tokens per year"}));
  EXPECT_TRUE(found.of_each.empty());
}

TEST(ApimPolicy, EveryPeriod) {
  for (const auto& [word, period] :
       {std::pair("Hourly", "hour"), std::pair("Daily", "day"), std::pair("Weekly", "week"),
        std::pair("Monthly", "month"), std::pair("Yearly", "year")}) {
    const auto found = imported(
        "<llm-token-limit counter-key='k' token-quota='9' "
        "token-quota-period='" +
        std::string(word) + "'/>");
    EXPECT_EQ(texts(found.of_all), Texts{std::string("9 tokens per ") + period});
  }
  EXPECT_EQ(left_out(imported("<llm-token-limit counter-key='k' token-quota='9'/>")),
            "3 llm-token-limit token-quota: token-quota-period must be Hourly, Daily, Weekly, "
            "Monthly or Yearly\n");
}

// As the editor shows it: that is no XML.
TEST(ApimPolicy, ExpressionsMayStandUnescaped) {
  const auto found = imported(
      R"xml(<set-variable name="a" value="@(context.Request.Headers.GetValueOrDefault("x", "a)b") )" />
         <return-response><set-body>@{ if (1 < 2 && "}" != '"'.ToString()) { return @"a""b"; } }
         </set-body></return-response>
         <llm-token-limit counter-key="@(context.Subscription?.Key)" tokens-per-minute="8"/>
         <llm-token-limit counter-key="@(context.Request.Headers.GetValueOrDefault("id",""))"
            tokens-per-minute="9"/>)xml");
  EXPECT_EQ(texts(found.of_each), Texts{"8 tokens per minute"});
  ASSERT_EQ(found.of_each.size(), 1U);
  EXPECT_EQ(found.of_each[0].line, 6);
  EXPECT_EQ(left_out(found),
            "7 llm-token-limit counter-key: it is a header of the request, which anybody may "
            "write: make its senders clients with limits\n");
}

TEST(ApimPolicy, WhatDependsOnSomethingElseIsLeftOut) {
  const auto found = imported(R"xml(<choose>
<when condition="@(true)"><llm-token-limit counter-key="k" tokens-per-minute="1"/></when>
<otherwise><rate-limit calls="5" renewal-period="60"/></otherwise></choose>
<llm-token-limit counter-key="@(context.Product.Name)" tokens-per-minute="2"/>
<llm-token-limit counter-key="@(context.User.Id)" tokens-per-minute="2"/>
<llm-token-limit counter-key="{{key}}" tokens-per-minute="2"/>
<llm-token-limit counter-key="k" tokens-per-minute="{{tpm}}"/>
<llm-token-limit tokens-per-minute="2"/>
<include-fragment fragment-id="limits"/>
<!-- <llm-token-limit counter-key="k" tokens-per-minute="3"/> -->
<azure-openai-emit-token-metric><dimension name="API ID"/></azure-openai-emit-token-metric>)xml");
  EXPECT_TRUE(found.of_all.empty() && found.of_each.empty());
  EXPECT_EQ(left_out(found),
            "4 llm-token-limit: it stands in <when>: limits hold always here\n"
            "5 rate-limit: it stands in <otherwise>: limits hold always here\n"
            "6 llm-token-limit counter-key: products are not known here: give their clients a tag, "
            "and the tag limits (quotas.tags)\n"
            "7 llm-token-limit counter-key: users are not known here: make each a client, or give "
            "them a tag\n"
            "8 llm-token-limit counter-key: it has a named value, whose text is not in the policy\n"
            "9 llm-token-limit tokens-per-minute: its number is an expression or a named value\n"
            "10 llm-token-limit: it has no counter-key\n"
            "11 include-fragment: the fragment is another document: import it as well\n"
            "13 azure-openai-emit-token-metric: records have tokens by client, model, tag and "
            "address, without a policy\n");
}

TEST(ApimPolicy, RatesOfCalls) {
  const auto found = imported(R"xml(<rate-limit calls="20" renewal-period="60"/>
<rate-limit-by-key calls="10" renewal-period="1" counter-key="all"
   increment-condition="@(true)"/>)xml");
  EXPECT_EQ(texts(found.of_each), Texts{"20 requests per minute"});
  EXPECT_EQ(texts(found.of_all), Texts{"600 requests per minute, burst 10"});
  EXPECT_EQ(left_out(found), "4 rate-limit-by-key increment-condition: every request counts\n");
  EXPECT_EQ(left_out(imported("<rate-limit calls='1' renewal-period='90'/>")),
            "3 rate-limit renewal-period: so many calls in so many seconds are no whole number a "
            "minute\n");
}

TEST(ApimPolicy, QuotasOfCalls) {
  const auto found = imported(R"xml(<quota calls="100" bandwidth="40000" renewal-period="3600"/>
<quota-by-key calls="7" renewal-period="604800" counter-key="@(context.Subscription.Id)"/>
<quota-by-key calls="7" renewal-period="2592000" counter-key="k"/>)xml");
  EXPECT_EQ(texts(found.of_each), (Texts{"100 requests per hour", "7 requests per week"}));
  EXPECT_EQ(left_out(found),
            "3 quota bandwidth: bytes are not limited\n"
            "5 quota-by-key renewal-period: windows are hours, days, weeks, months and years of "
            "the calendar\n");
}

TEST(ApimPolicy, OfTwoOfAKindTheSmallerHolds) {
  const auto found = imported(R"xml(<llm-token-limit counter-key="a" tokens-per-minute="500"/>
<llm-token-limit counter-key="b" tokens-per-minute="300"/>
<llm-token-limit counter-key="c" tokens-per-minute="400"/>)xml");
  EXPECT_EQ(texts(found.of_all), Texts{"300 tokens per minute"});
  EXPECT_EQ(left_out(found),
            "3 500 tokens per minute: a smaller one of the kind is in line 4\n"
            "5 400 tokens per minute: a smaller one of the kind is in line 4\n");
}

TEST(ApimPolicy, BombsAreRefused) {
  const auto why = [](const std::string& text) {
    const auto out = import_apim_policy(text);
    return out ? std::string("taken") : out.error().message;
  };
  EXPECT_EQ(why("<!DOCTYPE a [<!ENTITY x \"&y;&y;\">]><a>&x;</a>"),
            "line 1: it declares a document type, which no policy has");
  EXPECT_EQ(why("<a>&unknown;</a>"), "line 1: undefined entity");
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_EQ(why(deep), "line 1: its elements are nested too deep");
  EXPECT_EQ(why(std::string(2 * 1024 * 1024, ' ')), "it is larger than a policy");
  EXPECT_EQ(why(""), "line 1: no element found");
  EXPECT_EQ(why("<a b=\"@(\"/>"), "taken");
  EXPECT_EQ(why("<a b=\"@(\"x/>"), "line 1: not well-formed (invalid token)");
}

TEST(ApimPolicy, NothingMakesNoSection) { EXPECT_EQ(to_yaml(imported("<base />")), ""); }

}  // namespace
}  // namespace tollgate::quotas
