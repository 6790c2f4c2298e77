// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quantity_terms.hpp"

#include <array>
#include <optional>
#include <type_traits>

#include "tollgate/pricing/price_class.hpp"
#include "tollgate/usage/record_fields.hpp"

namespace tollgate::pricing {
namespace {

using usage::TokenCounts;
using usage::UsageRecord;
using Count = std::optional<std::int64_t>;

/// A count of a record: of its tokens, or beside them. One of the two is there.
struct CountedColumn {
  Count TokenCounts::*tokens = nullptr;
  Count UsageRecord::*beside = nullptr;
  bool subtracted = false;
};

constexpr CountedColumn plus_tokens(Count TokenCounts::*member) { return {member, nullptr, false}; }
constexpr CountedColumn less_tokens(Count TokenCounts::*member) { return {member, nullptr, true}; }
constexpr CountedColumn plus_beside(Count UsageRecord::*member) { return {nullptr, member, false}; }

constexpr std::size_t kMostTerms = 7;

/// What a class is made of: src/pricing/quantities.cpp computes it, this says it in columns.
struct QuantitySource {
  PriceClass price_class;
  std::array<CountedColumn, kMostTerms> columns;
};

constexpr std::array kQuantitySources{
    QuantitySource{PriceClass::input,
                   {plus_tokens(&TokenCounts::prompt), less_tokens(&TokenCounts::cached_prompt),
                    less_tokens(&TokenCounts::cache_write), less_tokens(&TokenCounts::prompt_audio),
                    plus_tokens(&TokenCounts::cached_audio), less_tokens(&TokenCounts::image),
                    plus_tokens(&TokenCounts::cached_image)}},
    QuantitySource{
        PriceClass::cached_input,
        {plus_tokens(&TokenCounts::cached_prompt), less_tokens(&TokenCounts::cached_audio),
         less_tokens(&TokenCounts::cached_image)}},
    QuantitySource{PriceClass::cache_write, {plus_tokens(&TokenCounts::cache_write)}},
    QuantitySource{
        PriceClass::output,
        {plus_tokens(&TokenCounts::completion), less_tokens(&TokenCounts::completion_audio),
         less_tokens(&TokenCounts::completion_image)}},
    QuantitySource{
        PriceClass::audio_input,
        {plus_tokens(&TokenCounts::prompt_audio), less_tokens(&TokenCounts::cached_audio)}},
    QuantitySource{PriceClass::cached_audio_input, {plus_tokens(&TokenCounts::cached_audio)}},
    QuantitySource{PriceClass::audio_output, {plus_tokens(&TokenCounts::completion_audio)}},
    QuantitySource{PriceClass::image_input,
                   {plus_tokens(&TokenCounts::image), less_tokens(&TokenCounts::cached_image)}},
    QuantitySource{PriceClass::cached_image_input, {plus_tokens(&TokenCounts::cached_image)}},
    QuantitySource{PriceClass::image_output, {plus_tokens(&TokenCounts::completion_image)}},
    QuantitySource{PriceClass::image_output, {plus_tokens(&TokenCounts::completion)}},
    QuantitySource{PriceClass::duration, {plus_beside(&UsageRecord::audio_duration_ms)}},
    QuantitySource{PriceClass::web_search, {plus_beside(&UsageRecord::web_search_calls)}},
    QuantitySource{PriceClass::file_search, {plus_beside(&UsageRecord::file_search_calls)}},
    QuantitySource{PriceClass::code_interpreter,
                   {plus_beside(&UsageRecord::code_interpreter_calls)}},
    QuantitySource{PriceClass::images, {plus_beside(&UsageRecord::images)}},
    QuantitySource{PriceClass::characters, {plus_beside(&UsageRecord::characters)}}};

static_assert(
    [] {
      for (const PriceClassRow& row : kPriceClasses) {
        bool found = false;
        for (const QuantitySource& source : kQuantitySources)
          found = found || source.price_class == row.price_class;
        if (!found) return false;
      }
      return true;
    }(),
    "every class says what its quantity is made of");

/// The column's name, out of the list of all fields.
template <class Wanted>
std::string_view name_of(Wanted wanted) {
  std::string_view out;
  const auto compare = [&]<class Member>(const usage::FieldOf<Member>& field) {
    if constexpr (std::is_same_v<Member, Wanted>) {
      if (field.member == wanted) out = field.column;
    }
  };
  std::apply([&](const auto&... fields) { (compare(fields), ...); }, usage::kRecordFields);
  return out;
}

QuantityTerm term_of(const UsageRecord& record, const CountedColumn& column) {
  if (column.tokens != nullptr)
    return {name_of(column.tokens), (record.tokens.*column.tokens).value_or(0), column.subtracted};
  return {name_of(column.beside), (record.*column.beside).value_or(0), column.subtracted};
}

/// Those that are not 0, when they come to the quantity; else none.
std::vector<QuantityTerm> terms_of(const UsageRecord& record, const QuantitySource& source,
                                   std::int64_t quantity) {
  std::vector<QuantityTerm> out;
  for (const CountedColumn& column : source.columns) {
    if (column.tokens == nullptr && column.beside == nullptr) break;
    const QuantityTerm term = term_of(record, column);
    quantity -= term.subtracted ? -term.amount : term.amount;
    if (term.amount != 0) out.push_back(term);
  }
  if (quantity != 0) out.clear();
  return out;
}

}  // namespace

std::vector<QuantityTerm> quantity_terms(const UsageRecord& record,
                                         const usage::CostComponent& component) {
  std::vector<QuantityTerm> out;
  for (const QuantitySource& source : kQuantitySources) {
    if (to_string(source.price_class) != component.price_class) continue;
    out = terms_of(record, source, component.quantity);
    if (!out.empty()) break;
  }
  return out;
}

}  // namespace tollgate::pricing
