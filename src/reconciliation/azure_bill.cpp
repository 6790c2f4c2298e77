// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/azure_bill.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/pricing/csv_rows.hpp"
#include "tollgate/pricing/plain_decimal.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

constexpr Int128 kBillUnit = 1'000'000'000'000;  // 10^12: one, in kBillDecimals

enum class BillColumn { day, resource, tags, meter, unit, quantity, block, cost, currency };
constexpr std::size_t kBillColumns = 9;

/// Names of a column, in small letters and without spaces, of actual costs and of FOCUS.
struct ColumnName {
  std::string_view name;
  BillColumn column;
  bool focus = false;
};

/// A FOCUS export is known by its ChargePeriodStart. docs/reconciliation.md has the sources.
constexpr std::array kColumnNames{ColumnName{"date", BillColumn::day},
                                  ColumnName{"usagedate", BillColumn::day},
                                  ColumnName{"resourceid", BillColumn::resource},
                                  ColumnName{"instanceid", BillColumn::resource},
                                  ColumnName{"tags", BillColumn::tags},
                                  ColumnName{"metername", BillColumn::meter},
                                  ColumnName{"unitofmeasure", BillColumn::unit},
                                  ColumnName{"quantity", BillColumn::quantity},
                                  ColumnName{"costinbillingcurrency", BillColumn::cost},
                                  ColumnName{"billingcurrencycode", BillColumn::currency},
                                  ColumnName{"billingcurrency", BillColumn::currency},
                                  ColumnName{"chargeperiodstart", BillColumn::day, true},
                                  ColumnName{"resourceid", BillColumn::resource, true},
                                  ColumnName{"tags", BillColumn::tags, true},
                                  ColumnName{"x_skumetername", BillColumn::meter, true},
                                  ColumnName{"skumeter", BillColumn::meter, true},
                                  ColumnName{"x_pricingunitdescription", BillColumn::unit, true},
                                  ColumnName{"pricingquantity", BillColumn::quantity, true},
                                  ColumnName{"x_pricingblocksize", BillColumn::block, true},
                                  ColumnName{"billedcost", BillColumn::cost, true},
                                  ColumnName{"billingcurrency", BillColumn::currency, true}};

Error unreadable(std::string message) { return {Errc::invalid_input, std::move(message)}; }

std::string bare(std::string_view text) {
  std::string out = to_lower(trim(text));
  std::erase(out, ' ');
  return out;
}

/// Where each column stands.
struct Header {
  bool focus = false;
  std::array<std::optional<std::size_t>, kBillColumns> places{};

  const std::string& in(const std::vector<std::string>& fields, BillColumn column) const {
    static const std::string nothing;
    const auto& place = places[static_cast<std::size_t>(column)];
    return place ? fields[*place] : nothing;
  }
};

/// "MeterName or SkuMeter": what a missing column may be called.
std::string names_of(BillColumn column, bool focus) {
  std::string out;
  for (const ColumnName& row : kColumnNames) {
    if (row.column != column || row.focus != focus) continue;
    out.append(out.empty() ? "" : " or ").append(row.name);
  }
  return out;
}

Result<Header> read_header(const std::vector<std::string>& fields) {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const std::string& field : fields) names.push_back(bare(field));
  Header out;
  out.focus = std::ranges::find(names, "chargeperiodstart") != names.end();
  for (const ColumnName& row : kColumnNames) {
    const auto found = std::ranges::find(names, row.name);
    auto& place = out.places[static_cast<std::size_t>(row.column)];
    if (row.focus == out.focus && found != names.end() && !place)
      place = static_cast<std::size_t>(found - names.begin());
  }
  for (std::size_t i = 0; i < kBillColumns; ++i) {
    const auto column = static_cast<BillColumn>(i);
    if (out.places[i] || (column == BillColumn::block && !out.focus)) continue;
    return unreadable("the cost export has no column " + names_of(column, out.focus) +
                      " (names of " + (out.focus ? "FOCUS" : "actual costs") + ")");
  }
  return out;
}

/// "2026-11-29...", or "11/29/2026" as actual costs have it.
std::optional<std::string> day_in(std::string_view text) {
  constexpr std::size_t kDay = 10;
  std::string day(text.substr(0, kDay));
  if (day.size() == kDay && day[2] == '/' && day[5] == '/')
    day = day.substr(6) + "-" + day.substr(0, 2) + "-" + day.substr(3, 2);
  return pricing::parse_date(day) ? std::optional(day) : std::nullopt;
}

/// A number as it stands, perhaps with an exponent; decimals behind the twelfth are cut.
Result<Int128> number_in(std::string_view text) {
  const Result<std::string> plain = pricing::plain_decimal(trim(text), 0);
  if (!plain) return plain.error();
  const std::size_t point = std::min(plain->find('.'), plain->size());
  return pricing::parse_decimal(plain->substr(0, point + 1 + kBillDecimals), kBillDecimals);
}

/// Tags are a JSON object, in actual costs without its braces.
std::string deployment_in(std::string_view tags) {
  std::string text(trim(tags));
  if (!text.starts_with('{')) text = "{" + text + "}";
  const auto read = nlohmann::json::parse(text, nullptr, false);
  if (!read.is_object()) return {};
  for (const auto& [name, value] : read.items()) {
    if (iequals(name, "deployment") && value.is_string()) return value.get<std::string>();
  }
  return {};
}

Result<BillRow> read_row(const Header& header, const std::vector<std::string>& fields) {
  BillRow out;
  const auto day = day_in(header.in(fields, BillColumn::day));
  if (!day) return unreadable("the date \"" + header.in(fields, BillColumn::day) + "\" is none");
  const auto quantity = number_in(header.in(fields, BillColumn::quantity));
  if (!quantity) return unreadable("the quantity " + quantity.error().message);
  const auto cost = number_in(header.in(fields, BillColumn::cost));
  if (!cost) return unreadable("the cost " + cost.error().message);
  out.day = *day;
  out.resource_id = header.in(fields, BillColumn::resource);
  out.deployment = deployment_in(header.in(fields, BillColumn::tags));
  out.meter = header.in(fields, BillColumn::meter);
  out.unit = header.in(fields, BillColumn::unit);
  out.quantity = *quantity;
  out.cost = *cost;
  if (!header.focus) return out;
  const auto block = number_in(header.in(fields, BillColumn::block));
  const auto whole = block ? pricing::to_int64(*block / kBillUnit) : std::nullopt;
  const auto tokens = whole ? pricing::times(*quantity, *whole) : std::nullopt;
  if (!tokens || *whole <= 0) return unreadable("the block's size is no number above 0");
  out.quantity = *tokens;
  return out;
}

/// Tokens are whole: a quantity with a fraction counts blocks.
bool counts_blocks(const BillRow& row) { return row.quantity % kBillUnit != 0; }

}  // namespace

Result<AzureBill> read_cost_export(std::string_view csv) {
  const std::string_view begin = trim(csv);
  if (begin.starts_with('{') || begin.starts_with('['))
    return unreadable("this is JSON, and a cost export is CSV: --metrics takes answers of metrics");
  pricing::CsvRows rows(csv);
  std::vector<std::string> fields;
  Result<bool> more = rows.next(fields);
  if (!more) return more.error();
  const std::size_t width = fields.size();
  const Result<Header> header = read_header(fields);
  if (!header) return header.error();
  AzureBill out;
  while ((more = rows.next(fields)) && *more) {
    const std::string line = "line " + std::to_string(rows.line()) + ": ";
    if (fields.size() != width)
      return unreadable(line + "has " + std::to_string(fields.size()) + " fields, the first line " +
                        std::to_string(width));
    Result<BillRow> row = read_row(*header, fields);
    if (!row) return unreadable(line + row.error().message);
    const std::string& currency = header->in(fields, BillColumn::currency);
    if (out.currency.empty()) out.currency = currency;
    if (currency != out.currency)
      return unreadable(std::string(line)
                            .append("is in \"")
                            .append(currency)
                            .append("\", others in \"")
                            .append(out.currency)
                            .append("\""));
    out.rows.push_back(std::move(*row));
  }
  if (!more) return more.error();
  out.in_tokens = header->focus || std::ranges::none_of(out.rows, counts_blocks);
  return out;
}

}  // namespace tollgate::reconciliation
