// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <simdjson.h>

#include "listed_prices.hpp"
#include "text_lines.hpp"
#include "tollgate/pricing/plain_decimal.hpp"

namespace tollgate::pricing {
namespace {

namespace ondemand = simdjson::ondemand;

struct KnownKey {
  std::string_view key;
  PriceClass price_class;
  int shift;  ///< digits that the point moves to the right: prices are for one token there
  std::int64_t per;
};

constexpr std::array kKeys{
    KnownKey{"input_cost_per_token", PriceClass::input, 6, kPerMillion},
    KnownKey{"cache_read_input_token_cost", PriceClass::cached_input, 6, kPerMillion},
    KnownKey{"cache_creation_input_token_cost", PriceClass::cache_write, 6, kPerMillion},
    KnownKey{"output_cost_per_token", PriceClass::output, 6, kPerMillion},
    KnownKey{"input_cost_per_audio_token", PriceClass::audio_input, 6, kPerMillion},
    KnownKey{"cache_read_input_audio_token_cost", PriceClass::cached_audio_input, 6, kPerMillion},
    KnownKey{"output_cost_per_audio_token", PriceClass::audio_output, 6, kPerMillion},
    KnownKey{"input_cost_per_image_token", PriceClass::image_input, 6, kPerMillion},
    KnownKey{"cache_read_input_image_token_cost", PriceClass::cached_image_input, 6, kPerMillion},
    KnownKey{"output_cost_per_image_token", PriceClass::image_output, 6, kPerMillion},
    KnownKey{"input_cost_per_character", PriceClass::characters, 6, kPerMillion},
    KnownKey{"input_cost_per_second", PriceClass::duration, 0, kPerSecond}};

constexpr std::array<std::pair<std::string_view, Tier>, 3> kTierEndings{
    {{"_priority", Tier::priority}, {"_flex", Tier::flex}, {"_batches", Tier::batch}}};

/// What stands between `azure/` and the model.
struct Place {
  std::string_view prefix;
  Scope scope;
  std::string_view region;
};

constexpr std::array kPlaces{
    Place{"global/", Scope::global, ""}, Place{"global-standard/", Scope::global, ""},
    Place{"eu/", Scope::data_zone, "eu"}, Place{"us/", Scope::data_zone, "us"},
    Place{"apac/", Scope::data_zone, "apac"}};

bool take_end(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

/// What one key of an entry prices.
struct Priced {
  const KnownKey* key = nullptr;
  Tier tier = Tier::standard;
  std::int64_t above = 0;  ///< 0: no band
};

/// Takes `_above_272k_tokens` off the end; 0: there is none.
std::int64_t take_band(std::string_view& key) {
  constexpr std::string_view kAbove = "_above_";
  constexpr std::string_view kEnd = "k_tokens";
  const std::size_t at = key.find(kAbove);
  if (at == std::string_view::npos || !key.ends_with(kEnd)) return 0;
  const std::string_view digits =
      key.substr(at + kAbove.size(), key.size() - kEnd.size() - at - kAbove.size());
  std::int64_t thousands = 0;
  const auto [end, fault] =
      std::from_chars(digits.data(), digits.data() + digits.size(), thousands);
  if (fault != std::errc() || end != digits.data() + digits.size()) return 0;
  key = key.substr(0, at);
  return thousands * 1000;
}

/// The suffixes come in either order.
std::optional<Priced> understand(std::string_view key) {
  Priced out;
  for (int i = 0; i < 2; ++i) {
    for (const auto& [ending, tier] : kTierEndings) {
      if (take_end(key, ending)) out.tier = tier;
    }
    if (out.above == 0) out.above = take_band(key);
  }
  const auto* const found =
      std::find_if(kKeys.begin(), kKeys.end(), [&](const KnownKey& one) { return one.key == key; });
  if (found == kKeys.end()) return std::nullopt;
  out.key = found;
  return out;
}

/// Gathers the prices of one file.
class Gathering {
 public:
  explicit Gathering(UtcTime from) : from_(from) {}

  /// A key of an `azure/...` object with its value's text, and where that stands.
  void take(std::string_view name, std::string_view key, std::string_view value, std::size_t line) {
    if (key.find("cost") == std::string_view::npos) return;
    const Place place = place_of(name);
    const std::string_view model = name.substr(place.prefix.size());
    if (model.find('/') != std::string_view::npos)
      return warnings_.add(std::string(name) + ": its place is not known: left out");
    const auto priced = understand(key);
    if (!priced) return leave(name, key);
    const Result<Rate> rate = listed_rate(value, priced->key->shift, priced->key->per);
    if (!rate)
      return warnings_.add(std::string(name) + ": " + std::string(key) + " " +
                           rate.error().message + ": left out");
    ListedPrice price;
    price.model = model;
    price.scope = place.scope;
    price.tier = priced->tier;
    price.price_class = priced->key->price_class;
    price.above_prompt_tokens = priced->above;
    price.region = place.region;
    price.named = key;
    price.line = line;
    price.from = from_;
    price.rate = *rate;
    prices_.take(std::move(price));
  }

  /// Something that its table does not have, or that is no number.
  void leave(std::string_view name, std::string_view key) {
    if (key.find("cost") != std::string_view::npos)
      warnings_.add(std::string(name) + ": " + std::string(key) + " is not known: left out");
  }

  Result<ImportedPrices> finish(std::string_view region) && {
    auto entries = std::move(prices_).entries(region, warnings_);
    if (!entries) return entries.error();
    return ImportedPrices{"USD", std::move(*entries), std::move(warnings_).take()};
  }

 private:
  static Place place_of(std::string_view name) {
    for (const Place& place : kPlaces) {
      if (name.starts_with(place.prefix)) return place;
    }
    return {"", Scope::any, ""};
  }

  UtcTime from_;
  ListedPrices prices_;
  ImportWarnings warnings_;
};

constexpr std::string_view kAzure = "azure/";

simdjson::error_code read_model(ondemand::object model, std::string_view name, TextLines& lines,
                                Gathering& out) {
  for (auto field : model) {
    std::string_view key;
    ondemand::value value;
    ondemand::json_type type{};
    if (const auto fault = field.unescaped_key().get(key)) return fault;
    if (const auto fault = field.value().get(value)) return fault;
    if (const auto fault = value.type().get(type)) return fault;
    const std::size_t line = lines.line_of(value.raw_json_token().data());
    if (type == ondemand::json_type::object) out.leave(name, key);
    if (type == ondemand::json_type::string) {
      std::string_view text;
      if (const auto fault = value.get_string().get(text)) return fault;
      if (understand(key)) out.take(name, key, text, line);  // some write numbers as text
    }
    if (type != ondemand::json_type::number) continue;
    std::string_view token = value.raw_json_token();
    token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    out.take(name, key, token, line);
  }
  return simdjson::SUCCESS;
}

simdjson::error_code read_all(ondemand::document& document, TextLines& lines, Gathering& out) {
  ondemand::object root;
  if (const auto fault = document.get_object().get(root)) return fault;
  for (auto field : root) {
    std::string_view key;
    ondemand::object model;
    if (const auto fault = field.unescaped_key().get(key)) return fault;
    if (!key.starts_with(kAzure)) continue;
    if (field.value().get_object().get(model) != simdjson::SUCCESS) continue;
    const std::string name(key.substr(kAzure.size()));
    if (const auto fault = read_model(model, name, lines, out)) return fault;
  }
  return simdjson::SUCCESS;
}

}  // namespace

Result<ImportedPrices> import_litellm(std::string_view json, const ImportChoice& choice) {
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document;
  simdjson::error_code fault = parser.iterate(padded).get(document);
  TextLines lines(padded.data());
  Gathering out(choice.since.value());
  if (fault == simdjson::SUCCESS) fault = read_all(document, lines, out);
  if (fault != simdjson::SUCCESS)
    return Error{Errc::invalid_input, std::string("the file is no JSON object of models: ") +
                                          simdjson::error_message(fault)};
  return std::move(out).finish(choice.region);
}

}  // namespace tollgate::pricing
