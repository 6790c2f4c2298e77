// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "price_warnings.hpp"

#include <gtest/gtest.h>

#include "config/minimal.hpp"

namespace tollgate::app {
namespace {

std::string warnings_with(const std::string& prices, const std::string& target) {
  const std::string text = config::minimal_with("{backend: east}", target) + prices;
  const config::LoadResult loaded = config::load_text(text, config::fake_secrets());
  if (!loaded.config) return config::format_errors("", loaded.errors);
  std::string out;
  for (const config::ConfigError& one :
       price_warnings(loaded, *from_rfc3339("2026-11-29T00:00:00Z")))
    out.append(std::to_string(one.line)).append(": ").append(one.message).append("\n");
  return out;
}

constexpr const char* kPrices =
    "prices:\n"
    "  currency: USD\n"
    "  entries: [{model: gpt-5, from: 2026-01-01, per_million: {input: 1, output: 2}}]\n";

TEST(PriceWarnings, ThatNoPriceFitsAnyTarget) {
  const std::string none = warnings_with(kPrices, "{backend: east}");
  EXPECT_TRUE(none.starts_with("15: no price is of a model that any target is known to serve"))
      << none;
  EXPECT_EQ(warnings_with(kPrices, "{backend: east, serves: gpt-5}"), "");
  EXPECT_EQ(warnings_with(kPrices, "{backend: east, sku: GlobalProvisionedManaged}"), "")
      << "it is paid by the hour";
  std::string same(kPrices);
  same.replace(same.find("gpt-5"), 5, "gpt-4o-2024-11-20");
  EXPECT_EQ(warnings_with(same, "{backend: east}"), "") << "answers may name it";
  EXPECT_EQ(warnings_with("", "{backend: east}"), "") << "nobody told any price";
}

TEST(PriceWarnings, ThatNoTargetLeadsToACapacity) {
  const auto warnings = [](const std::string& deployment, const std::string& more = "") {
    return warnings_with(
        "prices:\n"
        "  currency: USD\n"
        "  provisioned:\n"
        "    - {backend: east, deployment: " +
            deployment + ", model: gpt-4o, from: 2026-01-01, ptu: 15, hourly_per_ptu: 1" + more +
            "}\n",
        "{backend: east, deployment: chat-ptu, sku: GlobalProvisionedManaged}");
  };
  EXPECT_EQ(warnings("chat-ptu"), "");
  EXPECT_EQ(warnings("chat-pto"),
            "17: prices.provisioned has east/chat-pto, to which no target of a model leads: its "
            "hours cost, and no operation of this gateway pays them; did you mean chat-ptu?\n");
  EXPECT_EQ(warnings("chat-pto", ", until: 2026-06-01"), "") << "it was given back";
}

}  // namespace
}  // namespace tollgate::app
