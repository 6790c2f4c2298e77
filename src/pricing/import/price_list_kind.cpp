// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <optional>

#include <simdjson.h>

#include "tollgate/base/text.hpp"
#include "tollgate/pricing/csv_rows.hpp"
#include "tollgate/pricing/import.hpp"

namespace tollgate::pricing {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kSpace = " \t\r\n";

/// Who reads a list, and what tells it from others.
struct PriceListKind {
  bool (*is)(std::string_view text);
  Result<ImportedPrices> (*import)(std::string_view text, const ImportChoice& choice);
  bool has_dates;
};

/// True: an object, or the first one of an array, has a key for which that holds.
template <class Test>
bool has_key(std::string_view json, Test test) {
  const std::size_t first = json.find_first_not_of(kSpace);
  if (first == std::string_view::npos || (json[first] != '{' && json[first] != '[')) return false;
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object object;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
  const auto fault = json[first] == '[' ? document.at(0).get_object().get(object)
                                        : document.get_object().get(object);
  if (fault != simdjson::SUCCESS) return false;
  for (auto field : object) {
    std::string_view key;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) return false;
    if (test(key)) return true;
  }
  return false;
}

bool is_retail(std::string_view text) {
  return has_key(text, [](std::string_view key) { return key == "Items"; });
}

bool is_litellm(std::string_view text) {
  return has_key(text, [](std::string_view key) { return key.starts_with("azure/"); });
}

/// Its first line names meters and prices.
bool is_price_sheet(std::string_view text) {
  CsvRows rows(text);
  std::vector<std::string> header;
  const Result<bool> read = rows.next(header);
  if (!read || !*read) return false;
  bool meter = false;
  bool price = false;
  for (std::string name : header) {
    std::erase(name, ' ');
    meter = meter || iequals(name, "MeterName");
    price = price || iequals(name, "UnitPrice");
  }
  return meter && price;
}

constexpr std::array kPriceListKinds{PriceListKind{is_retail, import_retail, true},
                                     PriceListKind{is_litellm, import_litellm, false},
                                     PriceListKind{is_price_sheet, import_price_sheet, true}};

}  // namespace

Result<ImportedPrices> import_prices(std::string_view text, const ImportChoice& choice) {
  for (const PriceListKind& kind : kPriceListKinds) {
    if (!kind.is(text)) continue;
    if (kind.has_dates && choice.since)
      return Error{Errc::invalid_input, "the list has dates of its own: leave --since out"};
    if (!kind.has_dates && !choice.since)
      return Error{Errc::invalid_input, "the list has no dates: --since says from which day on"};
    return kind.import(text, choice);
  }
  if (text.starts_with("PK"))
    return Error{Errc::invalid_input, "it is a ZIP archive: import the files in it"};
  return Error{Errc::invalid_input,
               "it is no price list that is known: neither answers of the Azure Retail Prices API "
               "(JSON with Items), nor LiteLLM's list (JSON with azure/ models), nor a price sheet "
               "(CSV whose first line has MeterName and UnitPrice)"};
}

}  // namespace tollgate::pricing
