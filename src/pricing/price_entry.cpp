// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/price_entry.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::pricing {
namespace {

constexpr std::size_t kDateSize = 10;      // 2026-07-09
constexpr std::size_t kPriceIdBytes = 16;  // of the SHA-256

void append_rate(std::string& out, std::string_view name, const Rate& rate) {
  out.append(name).append("=").append(rate.text);
  out.append("/").append(std::to_string(rate.per)).append("\n");
}

void append_rates(std::string& out, const Rates& rates) {
  for (const PriceClassRow& row : kPriceClasses) {
    const auto& rate = rates[index_of(row.price_class)];
    if (rate) append_rate(out, row.name, *rate);
  }
}

/// In one order, whatever the file's is.
void append_image_rates(std::string& out, std::vector<ImageRate> rates) {
  std::sort(rates.begin(), rates.end(), [](const ImageRate& a, const ImageRate& b) {
    return std::tie(a.size, a.quality) < std::tie(b.size, b.quality);
  });
  for (const ImageRate& one : rates)
    append_rate(out, "image " + one.size + " " + one.quality, one.rate);
}

bool is_date_shape(std::string_view text) {
  if (text.size() != kDateSize) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? text[i] != '-' : (text[i] < '0' || text[i] > '9')) return false;
  }
  return true;
}

int number_in(std::string_view digits) {
  int out = 0;
  for (const char digit : digits) out = out * 10 + (digit - '0');
  return out;
}

}  // namespace

Rate make_rate(Int128 pico, std::int64_t per) {
  return {.pico = pico, .per = per, .text = to_decimal(pico, kPicoDecimals)};
}

const Rates& PriceEntry::rates_for(std::int64_t prompt_tokens) const {
  const Rates* out = &rates;
  for (const Band& band : bands) {
    if (prompt_tokens > band.above_prompt_tokens) out = &band.rates;
  }
  return *out;
}

const Rate* PriceEntry::image_rate(std::string_view size, std::string_view quality) const {
  for (const auto& [of_size, of_quality] :
       {std::pair(size, quality), std::pair(size, std::string_view()),
        std::pair(std::string_view(), quality),
        std::pair(std::string_view(), std::string_view())}) {
    for (const ImageRate& one : image_rates) {
      if (one.size == of_size && one.quality == of_quality) return &one.rate;
    }
  }
  return nullptr;
}

std::string price_id(const PriceEntry& entry, std::string_view currency) {
  std::string text;
  for (const std::string_view part :
       {currency, std::string_view(entry.model), to_string(entry.scope), to_string(entry.tier)}) {
    text.append(part).append("\n");
  }
  text.append(to_date(entry.from)).append("\n");
  append_rates(text, entry.rates);
  append_image_rates(text, entry.image_rates);
  for (const Band& band : entry.bands) {
    text.append(">").append(std::to_string(band.above_prompt_tokens)).append("\n");
    append_rates(text, band.rates);
  }
  const Sha256 digest = sha256(text);
  return to_hex({reinterpret_cast<const char*>(digest.data()), kPriceIdBytes});
}

std::optional<UtcTime> parse_date(std::string_view text) {
  if (!is_date_shape(text)) return std::nullopt;
  const std::chrono::year_month_day day{
      std::chrono::year(number_in(text.substr(0, 4))),
      std::chrono::month(static_cast<unsigned>(number_in(text.substr(5, 2)))),
      std::chrono::day(static_cast<unsigned>(number_in(text.substr(8, 2))))};
  // What the clock's 64 bits of nanoseconds hold, with room to spare.
  const bool fits = day.year() >= std::chrono::year(1970) && day.year() <= std::chrono::year(2200);
  if (!day.ok() || !fits) return std::nullopt;
  return UtcTime(std::chrono::sys_days(day));
}

std::string to_date(UtcTime time) { return to_rfc3339(time).substr(0, kDateSize); }

std::string_view without_date(std::string_view model) {
  if (model.size() <= kDateSize + 1) return {};
  const std::size_t dash = model.size() - kDateSize - 1;
  const bool dated = model[dash] == '-' && parse_date(model.substr(dash + 1)).has_value();
  return dated ? model.substr(0, dash) : std::string_view();
}

}  // namespace tollgate::pricing
