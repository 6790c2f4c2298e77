// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <optional>
#include <utility>

#include "meter_list.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/pricing/csv_rows.hpp"

namespace tollgate::pricing {
namespace {

/// A column that is read, by its name without spaces and in small letters.
struct SheetColumn {
  std::string_view name;
  std::string MeterRow::*member;
  bool required;
};

/// docs/cost.md says of which agreement's sheet each is. EffectiveEndDate is the end of the sheet's
/// billing period, not of a price: it is not read.
constexpr std::array kSheetColumns{SheetColumn{"metername", &MeterRow::meter, true},
                                   SheetColumn{"metersubcategory", &MeterRow::product, true},
                                   SheetColumn{"pricetype", &MeterRow::type, true},
                                   SheetColumn{"unitofmeasure", &MeterRow::unit, true},
                                   SheetColumn{"unitprice", &MeterRow::price, true},
                                   SheetColumn{"effectivestartdate", &MeterRow::from, true},
                                   SheetColumn{"meterregion", &MeterRow::region, true},
                                   SheetColumn{"currencycode", &MeterRow::currency, false},
                                   SheetColumn{"currency", &MeterRow::currency, false},
                                   SheetColumn{"includedquantity", &MeterRow::included, false},
                                   SheetColumn{"tierminimumunits", &MeterRow::least, false}};

std::string column_name(std::string_view text) {
  std::string out = to_lower(text);
  std::erase(out, ' ');
  return out;
}

/// Which of the two prices, or dates, were meant nobody can tell.
Error stands_twice(const std::string& name, std::size_t first, std::size_t second) {
  return {Errc::invalid_input, "the price sheet has the column " + name + " twice: columns " +
                                   std::to_string(first + 1) + " and " +
                                   std::to_string(second + 1)};
}

/// Where each column stands in this sheet; null: it is not read.
Result<std::vector<const SheetColumn*>> read_header(const std::vector<std::string>& header) {
  std::vector<const SheetColumn*> out(header.size(), nullptr);
  for (const SheetColumn& column : kSheetColumns) {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (column_name(header[i]) != column.name) continue;
      if (found) return stands_twice(header[*found], *found, i);
      out[i] = &column;
      found = i;
    }
    if (column.required && !found)
      return Error{Errc::invalid_input,
                   "the price sheet has no column " + std::string(column.name)};
  }
  return out;
}

MeterRow row_of(std::vector<std::string>& fields, const std::vector<const SheetColumn*>& columns) {
  MeterRow out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] == nullptr) continue;
    std::string& member = out.*(columns[i]->member);
    if (!member.empty() && member != fields[i]) out.twice = columns[i]->name;
    member = std::move(fields[i]);
  }
  return out;
}

}  // namespace

Result<ImportedPrices> import_price_sheet(std::string_view csv, const ImportChoice& choice) {
  CsvRows rows(csv);
  std::vector<std::string> fields;
  Result<bool> more = rows.next(fields);
  if (!more) return more.error();
  const auto columns = read_header(fields);
  if (!columns) return columns.error();
  MeterList list;
  while ((more = rows.next(fields)) && *more) {
    const std::string line = "line " + std::to_string(rows.line()) + ": ";
    if (fields.size() != columns->size())
      return Error{Errc::invalid_input, line + "has " + std::to_string(fields.size()) +
                                            " fields, the first line " +
                                            std::to_string(columns->size())};
    MeterRow row = row_of(fields, *columns);
    row.line = rows.line();
    if (const auto fault = list.take(row)) return Error{fault->code, line + fault->message};
  }
  if (!more) return more.error();
  return std::move(list).finish(choice);
}

}  // namespace tollgate::pricing
