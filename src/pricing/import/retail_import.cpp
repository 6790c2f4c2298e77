// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <simdjson.h>

#include "meter_list.hpp"
#include "text_lines.hpp"

namespace tollgate::pricing {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::array<std::pair<std::string_view, std::string MeterRow::*>, 10> kRetailMembers{
    {{"meterName", &MeterRow::meter},
     {"productName", &MeterRow::product},
     {"type", &MeterRow::type},
     {"unitOfMeasure", &MeterRow::unit},
     {"retailPrice", &MeterRow::price},
     {"currencyCode", &MeterRow::currency},
     {"armRegionName", &MeterRow::region},
     {"effectiveStartDate", &MeterRow::from},
     {"effectiveEndDate", &MeterRow::until},
     {"tierMinimumUnits", &MeterRow::least}}};

Error unreadable_list(std::string_view why) {
  return {Errc::invalid_input,
          "the file is no answer of the Azure Retail Prices API: " + std::string(why)};
}

/// A text, or a number digit for digit; anything else is empty.
simdjson::error_code read_text(ondemand::value value, std::string& out) {
  ondemand::json_type type{};
  if (const auto fault = value.type().get(type)) return fault;
  std::string_view text;
  if (type == ondemand::json_type::string) {
    if (const auto fault = value.get_string().get(text)) return fault;
  } else if (type == ondemand::json_type::number) {
    text = value.raw_json_token();
    text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  }
  out = text;
  return simdjson::SUCCESS;
}

simdjson::error_code read_item(ondemand::object item, MeterRow& out) {
  for (auto field : item) {
    std::string_view key;
    ondemand::value value;
    if (const auto fault = field.unescaped_key().get(key)) return fault;
    if (const auto fault = field.value().get(value)) return fault;
    const auto* const known = std::find_if(kRetailMembers.begin(), kRetailMembers.end(),
                                           [&](const auto& row) { return row.first == key; });
    if (known == kRetailMembers.end()) continue;
    std::string text;
    if (const auto fault = read_text(value, text)) return fault;
    std::string& member = out.*(known->second);
    if (!member.empty() && member != text) out.twice = key;
    member = std::move(text);
  }
  return simdjson::SUCCESS;
}

/// Reads pages, and counts them.
class RetailPages {
 public:
  /// What is wrong with it; nullopt: nothing.
  std::optional<Error> read(std::string_view json) {
    const simdjson::padded_string padded(json);
    lines_.emplace(padded.data());
    ondemand::parser parser;
    ondemand::document_stream pages;
    if (const auto fault =
            parser.iterate_many(padded, std::max(padded.size(), kLeastBatch)).get(pages))
      return unreadable_list(simdjson::error_message(fault));
    for (auto page = pages.begin(); page != pages.end(); ++page) {
      ondemand::document_reference root;
      auto fault = (*page).get(root);
      if (fault == simdjson::SUCCESS) fault = read_root(root);
      if (fault_) return fault_;
      if (fault != simdjson::SUCCESS) return unreadable_list(simdjson::error_message(fault));
    }
    if (pages.truncated_bytes() > 0) return unreadable_list("it ends within a page");
    return std::nullopt;
  }

  Result<ImportedPrices> finish(const ImportChoice& choice) && {
    if (!last_page_)
      list_.warn("each page names a next one (NextPageLink): the last pages are missing");
    return std::move(list_).finish(choice);
  }

 private:
  static constexpr std::size_t kLeastBatch = 1 << 20;

  simdjson::error_code read_root(ondemand::document_reference root) {
    ondemand::json_type type{};
    if (const auto fault = root.type().get(type)) return fault;
    if (type == ondemand::json_type::object) {
      ondemand::object page;
      if (const auto fault = root.get_object().get(page)) return fault;
      return read_page(page);
    }
    ondemand::array pages;
    if (const auto fault = root.get_array().get(pages)) return fault;
    for (auto element : pages) {
      ondemand::object page;
      if (const auto fault = element.get_object().get(page)) return fault;
      if (const auto fault = read_page(page)) return fault;
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code read_page(ondemand::object page) {
    bool has_items = false;
    std::string next;
    for (auto field : page) {
      std::string_view key;
      ondemand::value value;
      if (const auto fault = field.unescaped_key().get(key)) return fault;
      if (const auto fault = field.value().get(value)) return fault;
      if (key == "NextPageLink") {
        if (const auto fault = read_text(value, next)) return fault;
      }
      if (key != "Items") continue;
      has_items = true;
      if (const auto fault = read_items(value)) return fault;
    }
    if (!has_items) fault_ = unreadable_list("a page has no Items");
    last_page_ = last_page_ || next.empty();
    return simdjson::SUCCESS;
  }

  simdjson::error_code read_items(ondemand::value value) {
    ondemand::array items;
    if (const auto fault = value.get_array().get(items)) return fault;
    for (auto element : items) {
      ondemand::value one;
      ondemand::object item;
      MeterRow row;
      if (const auto fault = element.get(one)) return fault;
      row.line = lines_->line_of(one.raw_json_token().data());
      if (const auto fault = one.get_object().get(item)) return fault;
      if (const auto fault = read_item(item, row)) return fault;
      if (auto fault = list_.take(row); fault && !fault_) fault_ = std::move(fault);
    }
    return simdjson::SUCCESS;
  }

  MeterList list_;
  std::optional<TextLines> lines_;  // of the text that is being read
  std::optional<Error> fault_;      // of what was read, the JSON being right
  bool last_page_ = false;
};

}  // namespace

Result<ImportedPrices> import_retail(std::string_view json, const ImportChoice& choice) {
  RetailPages pages;
  if (auto fault = pages.read(json)) return *std::move(fault);
  return std::move(pages).finish(choice);
}

}  // namespace tollgate::pricing
