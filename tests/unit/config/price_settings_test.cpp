// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "minimal.hpp"
#include "tollgate/config/price_file.hpp"
#include "tollgate/pricing/import.hpp"

namespace tollgate::config {
namespace {

using pricing::PriceClass;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kEntry = R"(currency: USD
entries:
  - model: gpt-5
    from: 2026-07-09
    per_million: {input: 4.00, cached_input: 0.40, output: 20.00}
)";

/// Each error of a file of prices as "line:column: message".
std::vector<std::string> faults_in(const std::string& yaml) {
  std::vector<std::string> out;
  for (const ConfigError& error : read_price_file(yaml).errors) {
    std::string text = format_errors("", {error});
    text.pop_back();
    out.push_back(text.substr(text.find_first_not_of(": ")));
  }
  return out;
}

/// kEntry with the one place that reads `part` changed.
std::string entry_with(const std::string& part, const std::string& instead) {
  std::string out = kEntry;
  return out.replace(out.find(part), part.size(), instead);
}

std::string price_of(const pricing::Rates& rates, PriceClass price_class) {
  const auto& rate = rates[index_of(price_class)];
  return rate ? rate->text + "/" + std::to_string(rate->per) : "none";
}

/// A list of others with a price that changes, one that ends, and a band.
const std::string kRetailList = [] {
  const auto item = [](const std::string& meter, const std::string& price,
                       const std::string& dates) {
    return R"({"currencyCode":"USD","type":"Consumption","productName":"Azure OpenAI GPT5",
        "unitOfMeasure":"1M","armRegionName":"eastus2","meterName":")" +
           meter + R"(","retailPrice":)" + price + R"(,"effectiveStartDate":")" + dates + "\"}";
  };
  return R"({"Items":[)" + item("5.5 ShortCo inp Gl", "5.125", "2026-07-01") + "," +
         item("5.5 ShortCo inp Gl", "4", "2026-09-01\",\"effectiveEndDate\":\"2026-10-01") + "," +
         item("5.5 LongCo inp Gl", "10", "2026-07-01\",\"effectiveEndDate\":\"2026-10-01") + "]}";
}();

TEST(PriceSettings, ReadWhatWasImported) {
  const auto imported = pricing::import_retail(kRetailList, {});
  ASSERT_THAT(imported->warnings, IsEmpty());
  const PriceFile file = read_price_file(pricing::to_yaml(*imported));
  ASSERT_THAT(file.errors, IsEmpty());
  const std::vector<pricing::PriceEntry>& entries = file.prices.list.entries();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(imported->entries.size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].rates, imported->entries[i].rates);
    EXPECT_EQ(pricing::price_id(entries[i], "USD"), pricing::price_id(imported->entries[i], "USD"));
    EXPECT_EQ(entries[i].until, imported->entries[i].until);
  }
  EXPECT_EQ(price_of(entries[0].rates_for(272'001), PriceClass::input), "10/1000000");
  EXPECT_EQ(pricing::to_date(entries[1].until.value()), "2026-10-01");
}

TEST(PriceSettings, AreReadToTheLastDigit) {
  const PriceFile file = read_price_file(kEntry);
  ASSERT_THAT(file.errors, IsEmpty());
  EXPECT_EQ(file.prices.list.currency(), "USD");
  ASSERT_EQ(file.prices.list.entries().size(), 1U);
  const pricing::PriceEntry& entry = file.prices.list.entries().front();
  EXPECT_EQ(entry.model, "gpt-5");
  EXPECT_EQ(pricing::to_date(entry.from), "2026-07-09");
  EXPECT_EQ(price_of(entry.rates, PriceClass::input), "4/1000000");
  EXPECT_EQ(price_of(entry.rates, PriceClass::cached_input), "0.4/1000000");
  EXPECT_EQ(price_of(entry.rates, PriceClass::audio_input), "none");
  EXPECT_EQ(entry.id.size(), 32U);
}

TEST(PriceSettings, EveryKeyHasItsPlace) {
  const PriceFile file = read_price_file(R"(currency: EUR
entries:
  - model: gpt-5
    scope: data_zone
    tier: flex
    from: 2026-01-01
    until: 2026-07-01
    per_million: {input: 1, characters: 15}
    per_call: {web_search: 0.014}
    per_minute: 0.006
    per_image: [{size: 1024x1024, quality: hd, price: 0.08}, {price: 0.02}]
    bands:
      - {above_prompt_tokens: 272000, per_million: {input: 2}}
    source: {meter: "5 inp Gl"}
adjustments:
  - {percent: -12.5, from: 2026-01-01}
  - {client: retail, percent: 3, from: 2026-01-01, until: 2027-01-01}
)");
  ASSERT_THAT(file.errors, IsEmpty());
  const pricing::PriceEntry& entry = file.prices.list.entries().front();
  EXPECT_EQ(entry.scope, pricing::Scope::data_zone);
  EXPECT_EQ(entry.tier, pricing::Tier::flex);
  EXPECT_EQ(pricing::to_date(*entry.until), "2026-07-01");
  EXPECT_EQ(price_of(entry.rates, PriceClass::web_search), "0.014/1");
  EXPECT_EQ(price_of(entry.rates, PriceClass::duration), "0.006/60000");
  EXPECT_EQ(price_of(entry.rates, PriceClass::characters), "15/1000000");
  EXPECT_EQ(entry.image_rate("1024x1024", "hd")->text, "0.08");
  EXPECT_EQ(entry.image_rate("1024x1024", "standard")->text, "0.02");
  ASSERT_EQ(entry.bands.size(), 1U);
  EXPECT_EQ(entry.bands[0].above_prompt_tokens, 272'000);
  EXPECT_EQ(price_of(entry.bands[0].rates, PriceClass::input), "2/1000000");
  EXPECT_EQ(price_of(entry.bands[0].rates, PriceClass::web_search), "0.014/1") << "as without it";
  const UtcTime time = *pricing::parse_date("2026-06-01");
  EXPECT_EQ(file.prices.list.adjustment("retail", time), 30'000);
  EXPECT_EQ(file.prices.list.adjustment("other", time), -125'000);
}

struct Case {
  std::string name;
  std::string part;  ///< of kEntry
  std::string instead;
  std::vector<std::string> errors;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class PriceFault : public testing::TestWithParam<Case> {};

TEST_P(PriceFault, IsNamedWithItsPlace) {
  EXPECT_EQ(faults_in(entry_with(GetParam().part, GetParam().instead)), GetParam().errors);
}

const std::string kPerMillion = "per_million: {input: 4.00, cached_input: 0.40, output: 20.00}";

INSTANTIATE_TEST_SUITE_P(
    Entries, PriceFault,
    testing::Values(
        Case{"unknown_class",
             "cached_input",
             "cached_inputs",
             {"5:32: entries[0].per_million.cached_inputs is unknown; did you mean cached_input?"}},
        Case{"exponent",
             "4.00",
             "4e-07",
             {"5:26: entries[0].per_million.input must be a decimal number such as 4 or 0.40"}},
        Case{"comma_in_quotes",
             "4.00",
             "'4,00'",
             {"5:26: entries[0].per_million.input must be a decimal number such as 4 or 0.40, with "
              "a point "
              "and no comma"}},
        Case{"one_error_for_one_cause",
             kPerMillion,
             "per_million: {input: '2,50'}",
             {"5:26: entries[0].per_million.input must be a decimal number such as 4 or 0.40, with "
              "a point "
              "and no comma"}},
        Case{"too_fine",
             "4.00",
             "0.0000000000001",
             {"5:26: entries[0].per_million.input must have at most 12 decimals, or it is not "
              "exact"}},
        Case{"negative", "4.00", "-4", {"5:26: entries[0].per_million.input must not be negative"}},
        Case{"no_price",
             kPerMillion,
             "",
             {"3:5: entries[0] needs a price: per_million, per_call, "
              "per_minute, ..."}},
        Case{"no_currency", "currency: USD\n", "", {"1:1: needs currency"}},
        Case{"small_currency",
             "USD",
             "usd",
             {"1:11: currency must be three capital letters, such as USD"}},
        Case{"no_model", "model: gpt-5\n    ", "", {"3:5: entries[0] needs model"}},
        Case{"no_date", "from: 2026-07-09\n    ", "", {"3:5: entries[0] needs from"}},
        Case{"no_such_day",
             "2026-07-09",
             "2026-02-30",
             {"4:11: entries[0].from must be a date such as 2026-07-09"}},
        Case{"scope",
             "    from",
             "    scope: world\n    from",
             {"4:12: entries[0].scope must be global, data_zone, regional or developer"}},
        Case{"tier",
             "    from",
             "    tier: fast\n    from",
             {"4:11: entries[0].tier must be default, priority, flex or batch"}},
        Case{"two_lengths",
             kPerMillion,
             "per_second: 1\n    per_hour: 1",
             {"3:5: entries[0] must have one of per_second, per_minute and per_hour"}},
        Case{"image_twice",
             "    per_million",
             "    per_image: [{size: 1x1, price: 1}, {size: 1x1, price: 2}]\n    per_million",
             {"5:40: entries[0].per_image[1] is of the same size and quality as one before it"}},
        Case{"image_words",
             "    per_million",
             "    per_image: [{size: 1K, quality: hdd, price: 1}]\n    per_million",
             {"5:24: entries[0].per_image[0].size must be such as 1024x1024",
              "5:37: entries[0].per_image[0].quality must be standard, hd, low, medium, high or "
              "auto; did you mean hd?"}},
        Case{"image_without_a_price",
             "    per_million",
             "    per_image: [{size: 1x1}]\n    per_million",
             {"5:17: entries[0].per_image[0] needs price"}},
        Case{"band_forgets_a_class",
             kPerMillion,
             "per_million: {input: 4, output: 8}\n"
             "    bands: [{above_prompt_tokens: 9, per_million: {input: 8}}]",
             {"6:13: entries[0].bands[0] must price the same classes as the entry's per_million: "
              "output stands in one of them only"}},
        Case{"band_of_every_request",
             kPerMillion,
             "per_million: {input: 4}\n"
             "    bands: [{above_prompt_tokens: 0, per_million: {input: 8}}]",
             {"6:35: entries[0].bands[0].above_prompt_tokens must be a whole number from 1 to "
              "1000000000"}},
        Case{"comma_in_braces",
             "4.00",
             "4,00",
             {"5:26: entries[0].per_million.input must be a decimal number such as 4 or 0.40, with "
              "a point and no comma"}},
        Case{"bands_that_fall",
             kPerMillion,
             "per_million: {input: 4}\n    bands:\n"
             "      - {above_prompt_tokens: 9, per_million: {input: 8}}\n"
             "      - {above_prompt_tokens: 9, per_million: {input: 8}}",
             {"8:31: entries[0].bands[1].above_prompt_tokens must be larger than in the band "
              "before"}},
        Case{"several_at_once",
             "4.00, cached_input: 0.40",
             "four, cached_input: x",
             {"5:26: entries[0].per_million.input must be a decimal number such as 4 or 0.40",
              "5:46: entries[0].per_million.cached_input must be a decimal number such as 4 or "
              "0.40"}}),
    [](const auto& info) { return info.param.name; });

const std::string kSecondEntry = "  - {model: gpt-5, from: 2026-07-09, per_million: {input: 1}}\n";

TEST(PriceSettings, NameTheLineOfAnOverlapAndOfAGap) {
  EXPECT_THAT(faults_in(kEntry + kSecondEntry),
              ElementsAre("6: the price of gpt-5, tier default from 2026-07-09 is given twice: on "
                          "this line and on line 3"));
  EXPECT_THAT(
      faults_in(entry_with("    per", "    until: 2026-08-01\n    per") +
                "  - {model: gpt-5, from: 2026-09-01, per_million: {input: 1}}\n"),
      ElementsAre("7: the price of gpt-5, tier default from 2026-09-01 leaves a gap from "
                  "2026-08-01 to 2026-09-01 behind the one before it (line 3, from 2026-07-09)"));
}

TEST(PriceSettings, SuggestTheNameThatIsNear) {
  EXPECT_THAT(faults_in(entry_with("    from", "    scope: globl\n    from")),
              ElementsAre("4:12: entries[0].scope must be global, data_zone, regional or "
                          "developer; did you mean global?"));
  EXPECT_THAT(faults_in(entry_with("    from", "    tier: priorty\n    from")),
              ElementsAre("4:11: entries[0].tier must be default, priority, flex or batch; did "
                          "you mean priority?"));
}

TEST(PriceSettings, OfAFileDoNotStandBelowPrices) {
  EXPECT_THAT(faults_in("prices:\n  currency: USD\n"),
              ElementsAre("1:1: prices must not stand in a file of prices: what is below it "
                          "stands at the top itself"));
}

TEST(PriceSettings, SayWhichSignIsTooMuch) {
  EXPECT_THAT(faults_in(entry_with("4.00", "$4.00")),
              ElementsAre("5:26: entries[0].per_million.input must be a decimal number such as 4 "
                          "or 0.40, without a currency sign"));
}

TEST(PriceSettings, AnEntryWithAWrongDateMakesNoOther) {
  EXPECT_THAT(faults_in(entry_with("2026-07-09", "x") + kSecondEntry),
              ElementsAre("4:11: entries[0].from must be a date such as 2026-07-09"));
}

TEST(PriceSettings, OfAdjustmentsAreHeldToTheSame) {
  EXPECT_THAT(faults_in("adjustments: [{percent: -101, from: 2026-01-01}]"),
              ElementsAre("1:25: adjustments[0].percent must be from -100 to 1000"));
  EXPECT_THAT(faults_in("adjustments: [{percent: 12%, from: 2026-01-01}]"),
              ElementsAre("1:25: adjustments[0].percent must be a decimal number such as 4 or "
                          "0.40, without a percent sign"));
  EXPECT_THAT(faults_in("adjustments: [{from: 2026-01-01}]"),
              ElementsAre("1:15: adjustments[0] needs percent"));
}

TEST(PriceSettings, AnEmptyFileIsNoList) {
  EXPECT_THAT(faults_in(""), ElementsAre("1:1: the file is empty"));
  EXPECT_THAT(faults_in("- a"), ElementsAre("1:1: the file must be a mapping of settings"));
}

std::string indented(const std::string& yaml) {
  std::string out = "  ";
  for (const char c : yaml) out.append(1, c).append(c == '\n' ? "  " : "");
  out.resize(out.find_last_not_of(' ') + 1);
  return out;
}

TEST(PriceSettings, MayStandInTheConfigurationItself) {
  const LoadResult loaded = load_text(kMinimal + "prices:\n" + indented(kEntry), fake_secrets());
  ASSERT_THAT(loaded.errors, IsEmpty()) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->prices.list.entries().size(), 1U);
  EXPECT_THAT(errors_of(kMinimal + "prices:\n" + indented(kEntry + kSecondEntry)).size(), 1U);
  EXPECT_THAT(errors_of(kMinimal + "prices: {currency: USD, entry: []}"),
              ElementsAre("14:25: prices.entry is unknown"));
}

class PriceFileOnDisk : public testing::Test {
 protected:
  ~PriceFileOnDisk() override { std::filesystem::remove_all(directory_); }

  void write(const std::string& yaml) { std::ofstream(path_) << yaml; }
  std::string configured() const { return kMinimal + "prices: {file: " + path_ + "}\n"; }

  /// Of this test alone: shards of a suite run beside each other.
  std::string directory_ = made_directory();
  std::string path_ = directory_ + "/prices.yaml";

 private:
  static std::string made_directory() {
    std::string form = testing::TempDir() + "tollgate-prices-XXXXXX";
    if (::mkdtemp(form.data()) == nullptr) std::abort();
    return form;
  }
};

TEST_F(PriceFileOnDisk, StandsInPlaceOfTheEntries) {
  write(kEntry);
  const LoadResult loaded = load_text(configured(), fake_secrets());
  ASSERT_THAT(loaded.errors, IsEmpty()) << format_errors("", loaded.errors);
  EXPECT_EQ(loaded.config->prices.file, path_);
  EXPECT_EQ(loaded.config->prices.list.entries().size(), 1U);
}

TEST_F(PriceFileOnDisk, ItsFaultsAreNamedWithTheirPlaceThere) {
  write(entry_with("4.00", "four"));
  EXPECT_THAT(errors_of(configured()),
              ElementsAre("14:16: prices.file " + path_ +
                          ":5:26: entries[0].per_million.input must be a decimal number such as 4 "
                          "or 0.40"));
}

TEST_F(PriceFileOnDisk, MustBeThere) {
  EXPECT_THAT(errors_of(configured()),
              ElementsAre("14:16: prices.file " + path_ + ": the file is not there"));
}

TEST_F(PriceFileOnDisk, IsTheOnlyPlaceOfPrices) {
  write(kEntry);
  EXPECT_THAT(errors_of(kMinimal + "prices: {currency: USD, file: " + path_ + "}\n"),
              ElementsAre("14:20: prices.currency must stand in the file that prices.file names"));
}

TEST(PriceSettings, NameOnlyClientsThatAreThere) {
  EXPECT_THAT(
      errors_of(kMinimal + "prices:\n"
                           "  adjustments: [{client: detail, percent: 1, from: 2026-01-01}]\n"),
      ElementsAre("15: prices.adjustments names an unknown client: detail; did you mean retail?"));
}

}  // namespace
}  // namespace tollgate::config
