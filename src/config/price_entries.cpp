// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "price_entries.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/base/nearest_name.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/usage/image_words.hpp"

namespace tollgate::config {
namespace {

using pricing::PriceClass;
using pricing::PriceEntry;
using pricing::Rate;
using pricing::Rates;

constexpr std::int64_t kLeastMillionths = -1'000'000;
constexpr std::int64_t kMostMillionths = 10'000'000;
constexpr std::size_t kMostPromptTokens = 1'000'000'000;

struct ClassDoc {
  PriceClass price_class;
  const char* doc;
};

constexpr std::array kPerMillionDocs{
    ClassDoc{PriceClass::input,
             "Price of a million tokens of text in, neither cached nor written."},
    ClassDoc{PriceClass::cached_input, "Text in that came out of the cache."},
    ClassDoc{PriceClass::cache_write, "Text in that was written into the cache."},
    ClassDoc{PriceClass::output, "Text out, reasoning included."},
    ClassDoc{PriceClass::audio_input, "Audio in."},
    ClassDoc{PriceClass::cached_audio_input, "Audio in that came out of the cache."},
    ClassDoc{PriceClass::audio_output, "Audio out."},
    ClassDoc{PriceClass::image_input,
             "Images in; where they cost what text does, the price of text once more."},
    ClassDoc{PriceClass::cached_image_input, "Images in that came out of the cache."},
    ClassDoc{PriceClass::image_output, "Images out, counted in tokens."}};

constexpr std::array kPerCallDocs{
    ClassDoc{PriceClass::web_search, "Price of one call."},
    ClassDoc{PriceClass::file_search, "Price of one call."},
    ClassDoc{PriceClass::code_interpreter,
             "Price of one call. Azure bills sessions, which several answers may share."}};

constexpr std::array kCharacterDocs{ClassDoc{
    PriceClass::characters, "Of an entry alone: text to be spoken, by its Unicode code points."}};

/// Every class that is measured so has its line.
template <std::size_t N>
constexpr bool covers(const std::array<ClassDoc, N>&, pricing::Measure measure) {
  std::size_t measured = 0;
  for (const pricing::PriceClassRow& row : pricing::kPriceClasses)
    measured += row.measure == measure ? 1 : 0;
  return measured == N;
}
static_assert(covers(kPerMillionDocs, pricing::Measure::million));
static_assert(covers(kPerCallDocs, pricing::Measure::calls));
static_assert(covers(kCharacterDocs, pricing::Measure::characters));

void read_rate(MappingReader& reader, const std::string& key, std::int64_t per, const char* doc,
               std::optional<Rate>& out) {
  std::string text;
  reader.text(key, text, doc);
  if (text.empty()) return;
  const Result<pricing::Int128> price = pricing::parse_price(text);
  // The file is refused; that something has no price is not said as well.
  out = pricing::make_rate(price ? *price : 0, per);
  if (!price) reader.error_at(key, price.error().message);
}

template <std::size_t N>
void read_classes(MappingReader& reader, const std::array<ClassDoc, N>& docs, std::int64_t per,
                  Rates& out) {
  for (const ClassDoc& one : docs) {
    const std::string name(to_string(one.price_class));
    read_rate(reader, name, per, one.doc, out[index_of(one.price_class)]);
  }
}

void read_per_million(MappingReader& reader, Rates& out) {
  read_classes(reader, kPerMillionDocs, pricing::kPerMillion, out);
}

/// False: it is required and missing, or no date; that is reported.
bool read_date(MappingReader& reader, const std::string& key, bool required, const char* doc,
               std::optional<UtcTime>& out) {
  std::string text;
  reader.text(key, text, doc, required);
  if (text.empty()) return !required && !reader.has(key);
  out = pricing::parse_date(text);
  if (!out) reader.error_at(key, "must be a date such as 2026-07-09");
  return out.has_value();
}

/// `from` and `until`.
template <class Dated>
bool read_time(MappingReader& reader, Dated& out) {
  std::optional<UtcTime> from;
  const bool begins =
      read_date(reader, "from", true, "The first day for which it applies (UTC).", from);
  const bool ends = read_date(
      reader, "until", false,
      "The day from which it does not apply any more. Default: that on which the next one begins.",
      out.until);
  out.from = from.value_or(UtcTime());
  return begins && ends;
}

/// Audio by its length: in one of three units.
void read_duration(MappingReader& reader, Rates& out) {
  std::size_t given = 0;
  std::optional<Rate>& rate = out[index_of(PriceClass::duration)];
  for (const auto& [key, per] : {std::pair{"per_second", pricing::kPerSecond},
                                 {"per_minute", pricing::kPerMinute},
                                 {"per_hour", pricing::kPerHour}}) {
    given += reader.has(key) ? 1 : 0;
    read_rate(reader, key, per, "Of audio that is billed by its length.", rate);
  }
  if (given > 1) reader.error("must have one of per_second, per_minute and per_hour");
}

/// A band reprices the whole request: a class that it forgot would have no price.
void complete_band(MappingReader& reader, const Rates& base, pricing::Band& band) {
  for (const pricing::PriceClassRow& row : pricing::kPriceClasses) {
    const std::size_t i = index_of(row.price_class);
    const bool by_band = row.measure == pricing::Measure::million;
    if (by_band && base[i].has_value() != band.rates[i].has_value()) {
      reader.error("must price the same classes as the entry's per_million: " +
                   std::string(row.name) + " stands in one of them only");
    }
    if (!by_band) band.rates[i] = base[i];
  }
}

void read_band(MappingReader& reader, PriceEntry& out) {
  pricing::Band band;
  std::size_t above = 0;
  reader.number("above_prompt_tokens", above,
                "A request with more tokens in than this costs these prices, all of it.", 1,
                kMostPromptTokens);
  reader.mapping("per_million", "Prices of a million, of the same classes as those above.", true,
                 [&](MappingReader& prices) { read_per_million(prices, band.rates); });
  if (reader.documenting()) return;
  band.above_prompt_tokens = static_cast<std::int64_t>(above);
  if (!reader.has("above_prompt_tokens")) reader.error("needs above_prompt_tokens");
  complete_band(reader, out.rates, band);
  const bool rises =
      out.bands.empty() || out.bands.back().above_prompt_tokens < band.above_prompt_tokens;
  if (!rises) reader.error_at("above_prompt_tokens", "must be larger than in the band before");
  out.bands.push_back(std::move(band));
}

const std::vector<std::string> kQualityNames{"standard", "hd", "low", "medium", "high", "auto"};

/// A word that images have in records; what never stands there would never apply.
void read_image_word(MappingReader& reader, const std::string& key, const char* doc,
                     std::string (*word)(std::string_view), const std::string& must,
                     std::string& out) {
  std::string text;
  reader.text(key, text, doc);
  out = word(text);
  if (!text.empty() && out.empty())
    reader.error_at(key, must + (key == "quality" ? did_you_mean(text, kQualityNames) : ""));
}

void read_image(MappingReader& reader, PriceEntry& out) {
  pricing::ImageRate image;
  read_image_word(reader, "size", "Such as 1024x1024. Default: any that has no price of its own.",
                  usage::image_size_word, "must be such as 1024x1024", image.size);
  read_image_word(reader, "quality",
                  "standard, hd, low, medium, high or auto. Default: any that has no price of its "
                  "own.",
                  usage::image_quality_word, "must be standard, hd, low, medium, high or auto",
                  image.quality);
  std::optional<Rate> price;
  read_rate(reader, "price", 1, "Of one image.", price);
  if (reader.documenting()) return;
  if (!reader.has("price")) reader.error("needs price");
  const bool twice = std::any_of(
      out.image_rates.begin(), out.image_rates.end(), [&](const pricing::ImageRate& other) {
        return other.size == image.size && other.quality == image.quality;
      });
  if (twice) return reader.error("is of the same size and quality as one before it");
  if (!price) return;
  image.rate = *price;
  out.image_rates.push_back(std::move(image));
}

void read_prices(MappingReader& reader, PriceEntry& out) {
  reader.mapping("per_million", "Prices of a million tokens or characters, in currency units.",
                 false, [&](MappingReader& prices) {
                   read_per_million(prices, out.rates);
                   read_classes(prices, kCharacterDocs, pricing::kPerMillion, out.rates);
                 });
  reader.mapping("per_call", "Prices of calls of built-in tools, in currency units.", false,
                 [&](MappingReader& prices) { read_classes(prices, kPerCallDocs, 1, out.rates); });
  read_duration(reader, out.rates);
  reader.list("per_image",
              "Prices of images by their number, for answers that tell no tokens. The most "
              "particular applies: of size and quality, of the size, of the quality, of any.",
              false, [&](MappingReader& image) { read_image(image, out); });
  reader.list("bands", "Other prices for long prompts, by rising length.", false,
              [&](MappingReader& band) { read_band(band, out); });
}

const std::vector<std::string> kScopeNames{"global", "data_zone", "regional", "developer"};
const std::vector<std::string> kTierNames{"default", "priority", "flex", "batch"};

bool has_price(const PriceEntry& entry) {
  return !entry.image_rates.empty() ||
         std::any_of(entry.rates.begin(), entry.rates.end(),
                     [](const auto& rate) { return rate.has_value(); });
}

bool read_scope(MappingReader& reader, pricing::Scope& out) {
  std::string text;
  reader.text("scope", text,
              "global, data_zone, regional or developer: where deployments are served from. "
              "Default: any that has no price of its own.");
  if (text.empty()) return true;
  const auto scope = pricing::scope_from_string(text);
  if (!scope)
    reader.error_at("scope", "must be global, data_zone, regional or developer" +
                                 did_you_mean(text, kScopeNames));
  out = scope.value_or(out);
  return scope.has_value();
}

bool read_tier(MappingReader& reader, pricing::Tier& out) {
  std::string text{to_string(out)};
  reader.text("tier", text, "default, priority, flex or batch: by which the request is served.");
  const auto tier = pricing::tier_from_string(text);
  if (!tier)
    reader.error_at("tier",
                    "must be default, priority, flex or batch" + did_you_mean(text, kTierNames));
  out = tier.value_or(out);
  return tier.has_value();
}

}  // namespace

void declare_price_entry(MappingReader& reader, PriceDraft& out) {
  PriceEntry entry;
  entry.line = reader.line();
  reader.name("model", entry.model,
              "As Azure names the served model; one without a date is for all dates "
              "(`-YYYY-MM-DD`) that have no price of their own.");
  const bool scoped = read_scope(reader, entry.scope);
  const bool tiered = read_tier(reader, entry.tier);
  const bool dated = read_time(reader, entry);
  read_prices(reader, entry);
  std::map<std::string, std::string> source;
  reader.tags("source", source, "Where the prices are from; for people alone.");
  if (reader.documenting()) return;
  if (!has_price(entry)) reader.error("needs a price: per_million, per_call, per_minute, ...");
  if (scoped && tiered && dated && !entry.model.empty()) out.entries.push_back(std::move(entry));
}

void declare_adjustment(MappingReader& reader, PriceDraft& out) {
  pricing::Adjustment adjustment;
  adjustment.line = reader.line();
  reader.name("client", adjustment.client,
              "Whose: in place of the one for all. Default: every client's.", false);
  std::string percent;
  reader.text("percent", percent, "Added to every amount: -12 is a discount of 12 %.", true);
  const bool dated = read_time(reader, adjustment);
  if (percent.empty() || !dated) return;
  const Result<pricing::Int128> read = pricing::parse_decimal(percent, pricing::kPercentDecimals);
  if (!read) return reader.error_at("percent", read.error().message);
  if (*read < kLeastMillionths || *read > kMostMillionths)
    return reader.error_at("percent", "must be from -100 to 1000");
  adjustment.millionths = static_cast<std::int64_t>(*read);
  out.adjustments.push_back(std::move(adjustment));
}

}  // namespace tollgate::config
