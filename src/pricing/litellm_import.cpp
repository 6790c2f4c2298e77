// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>

#include <simdjson.h>

#include "tollgate/pricing/import.hpp"

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
constexpr std::array<std::pair<std::string_view, Scope>, 5> kPlaces{
    {{"global/", Scope::global},
     {"global-standard/", Scope::global},
     {"eu/", Scope::data_zone},
     {"us/", Scope::data_zone},
     {"apac/", Scope::data_zone}}};

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

/// A JSON number as plain decimal text, its point moved to the right: "2.5e-06", 6 is "2.5".
std::optional<std::string> plain(std::string_view number, int shift) {
  const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
  int exponent = 0;
  if (mark < number.size()) {
    std::string_view digits = number.substr(mark + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [end, fault] =
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  }
  constexpr int kFarthest = 40;
  if (exponent < -kFarthest || exponent > kFarthest) return std::nullopt;
  const std::string_view mantissa = number.substr(0, mark);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, point));
  if (point < mantissa.size()) digits.append(mantissa.substr(point + 1));
  int place = static_cast<int>(point) + exponent + shift;  // of the point within the digits
  if (place <= 0) digits.insert(0, static_cast<std::size_t>(1 - place), '0');
  place = std::max(place, 1);
  if (static_cast<std::size_t>(place) >= digits.size()) {
    digits.append(static_cast<std::size_t>(place) - digits.size(), '0');
    return digits;
  }
  return digits.insert(static_cast<std::size_t>(place), 1, '.');
}

using EntryKey = std::tuple<std::string, Scope, Tier>;

/// Gathers the entries of one file.
class Gathering {
 public:
  explicit Gathering(UtcTime from) : from_(from) {}

  /// A key of an `azure/...` object with its value's text.
  void take(std::string_view name, std::string_view key, std::string_view value) {
    if (key.find("cost") == std::string_view::npos) return;
    const auto priced = understand(key);
    if (!priced) return warn(name, std::string(key) + " is not known, and is left out");
    const auto text = plain(value, priced->key->shift);
    const auto price =
        text ? parse_price(*text) : Result<Int128>(Error{Errc::invalid_input, "must be a number"});
    if (!price) return warn(name, std::string(key) + " " + price.error().message);
    put(name, *priced, make_rate(*price, priced->key->per));
  }

  ImportedPrices finish() && {
    ImportedPrices out{"USD", {}, std::move(warnings_)};
    for (auto& [key, entry] : entries_) {
      complete_bands(entry, out.warnings);
      out.entries.push_back(std::move(entry));
    }
    return out;
  }

 private:
  void warn(std::string_view name, const std::string& what) {
    warnings_.push_back(std::string(name) + ": " + what);
  }

  static std::pair<std::string, Scope> place_of(std::string_view name) {
    for (const auto& [place, scope] : kPlaces) {
      if (name.starts_with(place)) return {std::string(name.substr(place.size())), scope};
    }
    return {std::string(name), Scope::any};
  }

  void put(std::string_view name, const Priced& priced, const Rate& rate) {
    auto [model, scope] = place_of(name);
    PriceEntry& entry = entries_[{model, scope, priced.tier}];
    entry.model = std::move(model);
    entry.scope = scope;
    entry.tier = priced.tier;
    entry.from = from_;
    std::optional<Rate>& slot = rates_in(entry, priced.above)[index_of(priced.key->price_class)];
    if (slot && *slot != rate)
      return warn(name, std::string(priced.key->key) + " differs from another region's (" +
                            slot->text + ", here " + rate.text + "): the first one is kept");
    slot = rate;
  }

  static Rates& rates_in(PriceEntry& entry, std::int64_t above) {
    if (above == 0) return entry.rates;
    auto band = std::find_if(entry.bands.begin(), entry.bands.end(),
                             [&](const Band& one) { return one.above_prompt_tokens >= above; });
    if (band == entry.bands.end() || band->above_prompt_tokens != above)
      band = entry.bands.insert(band, Band{above, {}});
    return band->rates;
  }

  /// A band has every class of its entry, or none that it lacks there.
  static void complete_bands(PriceEntry& entry, std::vector<std::string>& warnings) {
    for (Band& band : entry.bands) {
      for (const PriceClassRow& row : kPriceClasses) {
        auto& own = band.rates[index_of(row.price_class)];
        const auto& base = entry.rates[index_of(row.price_class)];
        if (own.has_value() == base.has_value()) continue;
        own = base;
        if (row.measure != Measure::million) continue;
        warnings.push_back(entry.model + ", tier " + std::string(to_string(entry.tier)) +
                           ": with more than " + std::to_string(band.above_prompt_tokens) +
                           " tokens in, " + std::string(row.name) +
                           " has only one of its two prices: taken as without the band");
      }
    }
  }

  UtcTime from_;
  std::map<EntryKey, PriceEntry> entries_;
  std::vector<std::string> warnings_;
};

constexpr std::string_view kAzure = "azure/";

simdjson::error_code read_model(ondemand::object model, std::string_view name, Gathering& out) {
  for (auto field : model) {
    std::string_view key;
    ondemand::value value;
    ondemand::json_type type{};
    if (const auto fault = field.unescaped_key().get(key)) return fault;
    if (const auto fault = field.value().get(value)) return fault;
    if (const auto fault = value.type().get(type)) return fault;
    if (type != ondemand::json_type::number) continue;
    std::string_view token = value.raw_json_token();
    token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    out.take(name, key, token);
  }
  return simdjson::SUCCESS;
}

simdjson::error_code read_all(ondemand::document& document, Gathering& out) {
  ondemand::object root;
  if (const auto fault = document.get_object().get(root)) return fault;
  for (auto field : root) {
    std::string_view key;
    ondemand::object model;
    if (const auto fault = field.unescaped_key().get(key)) return fault;
    if (!key.starts_with(kAzure)) continue;
    if (field.value().get_object().get(model) != simdjson::SUCCESS) continue;
    const std::string name(key.substr(kAzure.size()));
    if (const auto fault = read_model(model, name, out)) return fault;
  }
  return simdjson::SUCCESS;
}

}  // namespace

Result<ImportedPrices> import_litellm(std::string_view json, UtcTime from) {
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document;
  simdjson::error_code fault = parser.iterate(padded).get(document);
  Gathering out(from);
  if (fault == simdjson::SUCCESS) fault = read_all(document, out);
  if (fault != simdjson::SUCCESS)
    return Error{Errc::invalid_input, std::string("the file is no JSON object of models: ") +
                                          simdjson::error_message(fault)};
  return std::move(out).finish();
}

}  // namespace tollgate::pricing
