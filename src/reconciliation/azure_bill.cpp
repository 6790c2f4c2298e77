// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/azure_bill.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/pricing/csv_rows.hpp"
#include "tollgate/pricing/meter_name.hpp"
#include "tollgate/pricing/plain_decimal.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

constexpr Int128 kBillUnit = 1'000'000'000'000;  // 10^12: one, in kBillDecimals

/// 10^18 of anything: what all quantities, and all costs, may come to. A million times as much, for
/// the largest unit of measure, is still a number of 128 bits.
constexpr Int128 kMost = kBillUnit * 1'000'000 * kBillUnit;

enum class BillColumn { day, resource, tags, meter, unit, quantity, block, cost, currency, charge };
constexpr std::size_t kBillColumns = 10;

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
                                  ColumnName{"chargetype", BillColumn::charge},
                                  ColumnName{"chargeperiodstart", BillColumn::day, true},
                                  ColumnName{"resourceid", BillColumn::resource, true},
                                  ColumnName{"tags", BillColumn::tags, true},
                                  ColumnName{"x_skumetername", BillColumn::meter, true},
                                  ColumnName{"skumeter", BillColumn::meter, true},
                                  ColumnName{"x_pricingunitdescription", BillColumn::unit, true},
                                  ColumnName{"pricingquantity", BillColumn::quantity, true},
                                  ColumnName{"x_pricingblocksize", BillColumn::block, true},
                                  ColumnName{"billedcost", BillColumn::cost, true},
                                  ColumnName{"billingcurrency", BillColumn::currency, true},
                                  ColumnName{"chargecategory", BillColumn::charge, true}};

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
    const bool optional =
        column == BillColumn::charge || (column == BillColumn::block && !out.focus);
    if (out.places[i] || optional) continue;
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

/// In capitals, whatever the file has: "usd" is no other currency than USD.
std::string currency_in(const Header& header, const std::vector<std::string>& fields) {
  std::string out(trim(header.in(fields, BillColumn::currency)));
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

/// Nullopt: it is compared.
std::optional<LeftOutRow> left_out_row(const Header& header, const std::vector<std::string>& fields,
                                       const Resources& resources) {
  LeftOutRow out;
  const std::string charge(trim(header.in(fields, BillColumn::charge)));
  const std::string& resource = header.in(fields, BillColumn::resource);
  if (!charge.empty() && !iequals(charge, "usage")) {
    out.why = LeftOutFor::charge;
    out.name = charge;
  } else if (!resources.of_resource_id(resource)) {
    out.name = resource.substr(resource.find_last_of('/') + 1);
  } else {
    return std::nullopt;
  }
  out.day = day_in(header.in(fields, BillColumn::day)).value_or("");
  out.currency = currency_in(header, fields);
  const auto cost = number_in(header.in(fields, BillColumn::cost));
  if (cost) out.cost = *cost;
  return out;
}

/// The quantity as it stands times the block, where there are blocks.
Result<Int128> quantity_in(const Header& header, const std::vector<std::string>& fields) {
  const auto quantity = number_in(header.in(fields, BillColumn::quantity));
  if (!quantity) return unreadable("the quantity " + quantity.error().message);
  if (!header.focus) return *quantity;
  const auto block = number_in(header.in(fields, BillColumn::block));
  const auto whole = block ? pricing::to_int64(*block / kBillUnit) : std::nullopt;
  const auto tokens = whole ? pricing::times(*quantity, *whole) : std::nullopt;
  if (!tokens || *whole <= 0) return unreadable("the block's size is no number above 0");
  return *tokens;
}

bool is_currency(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  return text.size() == 3 && std::ranges::all_of(text, is_letter);
}

Result<BillRow> read_row(const Header& header, const std::vector<std::string>& fields,
                         const Resources& resources) {
  BillRow out;
  const auto day = day_in(header.in(fields, BillColumn::day));
  if (!day) return unreadable("the date \"" + header.in(fields, BillColumn::day) + "\" is none");
  const auto quantity = quantity_in(header, fields);
  if (!quantity) return quantity.error();
  const auto cost = number_in(header.in(fields, BillColumn::cost));
  if (!cost) return unreadable("the cost " + cost.error().message);
  out.day = *day;
  out.resource = resources.of_resource_id(header.in(fields, BillColumn::resource)).value_or("");
  out.deployment = deployment_in(header.in(fields, BillColumn::tags));
  out.meter = header.in(fields, BillColumn::meter);
  out.unit = header.in(fields, BillColumn::unit);
  out.quantity = *quantity;
  out.cost = *cost;
  out.currency = currency_in(header, fields);
  if (!is_currency(out.currency))
    return unreadable("the currency \"" + out.currency + "\" is none of ISO 4217");
  return out;
}

/// Tokens are whole: a quantity with a fraction, on a meter of tokens, counts blocks.
bool counts_blocks(const BillRow& row) {
  return row.quantity % kBillUnit != 0 && pricing::read_meter_name(row.meter) &&
         pricing::tokens_in_unit(row.unit);
}

/// That of most rows; of several the one that comes first.
std::string currency_of_most(const std::vector<BillRow>& rows) {
  std::map<std::string_view, std::size_t> counts;
  for (const BillRow& row : rows) ++counts[row.currency];
  std::string out;
  std::size_t most = 0;
  for (const BillRow& row : rows) {
    std::size_t& count = counts[row.currency];
    if (count > most) out = row.currency;
    most = std::max(most, count);
  }
  return out;
}

/// Adds up how large the numbers are; false: more than can be added.
class Magnitude {
 public:
  bool add(Int128 number) {
    const auto sum = pricing::plus(sum_, number < 0 ? -number : number);
    sum_ = sum && *sum <= kMost ? *sum : kMost + 1;
    return sum_ <= kMost;
  }

 private:
  Int128 sum_ = 0;
};

/// Reads rows one after the other.
class BillReader {
 public:
  BillReader(const Header& header, const Resources& resources)
      : header_(header), resources_(resources) {}

  Result<void> take(const std::vector<std::string>& fields) {
    if (auto left_out = left_out_row(header_, fields, resources_)) {
      out_.left_out.push_back(std::move(*left_out));
      return {};
    }
    Result<BillRow> row = read_row(header_, fields, resources_);
    if (!row) return row.error();
    if (!quantities_.add(row->quantity) || !costs_.add(row->cost))
      return unreadable("the quantities or costs come to more than 10^18, which no bill has");
    out_.rows.push_back(std::move(*row));
    return {};
  }

  AzureBill finish() && {
    out_.currency = currency_of_most(out_.rows);
    out_.in_tokens = header_.focus || std::ranges::none_of(out_.rows, counts_blocks);
    return std::move(out_);
  }

 private:
  const Header& header_;
  const Resources& resources_;
  AzureBill out_;
  Magnitude quantities_;
  Magnitude costs_;
};

}  // namespace

void choose_currency(AzureBill& bill, const std::string& prices) {
  bill.currency = currency_of_most(bill.rows);
  const bool has = std::ranges::find(bill.rows, prices, &BillRow::currency) != bill.rows.end();
  bill.of_prices = has && prices != bill.currency;
  if (bill.of_prices) bill.currency = prices;
}

Result<AzureBill> read_cost_export(std::string_view csv, const Resources& resources) {
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
  BillReader reader(*header, resources);
  while ((more = rows.next(fields)) && *more) {
    const std::string line = "line " + std::to_string(rows.line()) + ": ";
    if (fields.size() != width)
      return unreadable(line + "has " + std::to_string(fields.size()) + " fields, the first line " +
                        std::to_string(width));
    const Result<void> taken = reader.take(fields);
    if (!taken) return unreadable(line + taken.error().message);
  }
  if (!more) return more.error();
  return std::move(reader).finish();
}

}  // namespace tollgate::reconciliation
