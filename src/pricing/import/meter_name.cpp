// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/meter_name.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "meter_models.hpp"
#include "meter_words.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::pricing {
namespace {

Error unreadable(std::string message) { return {Errc::invalid_input, std::move(message)}; }

/// In small letters, words with one space between them: hyphens part words, too. "Data Zone" is
/// made one word.
std::string in_words(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool gap = c == ' ' || c == '-';
    if (!gap) out.push_back(ascii_lower(c));
    if (gap && !out.empty() && out.back() != ' ') out.push_back(' ');
  }
  while (out.ends_with(' ')) out.pop_back();
  constexpr std::string_view kTwoWords = "data zone";
  const std::size_t at = out.find(kTwoWords);
  if (at != std::string::npos) out.replace(at, kTwoWords.size(), "datazone");
  return out;
}

/// The row with the most words of those that the name begins with; null: none.
const MeterModel* model_of(std::string_view words) {
  const MeterModel* found = nullptr;
  for (const MeterModel& row : kMeterModels) {
    const bool begins = words.starts_with(row.words) &&
                        (words.size() == row.words.size() || words[row.words.size()] == ' ');
    if (begins && (found == nullptr || row.words.size() > found->words.size())) found = &row;
  }
  return found;
}

const MeterWord* find_word(std::string_view word) {
  const auto* const found = std::find_if(kMeterWords.begin(), kMeterWords.end(),
                                         [&](const MeterWord& row) { return row.word == word; });
  return found == kMeterWords.end() ? nullptr : found;
}

/// What the words behind the model say together.
struct Said {
  int parts = kNoPart;
  std::optional<Scope> scope;
  std::optional<Tier> tier;
  std::optional<MeterBand> band;
  std::string_view unit;
};

/// False: something else has been said before.
template <class Value>
bool say(std::optional<Value>& said, const std::optional<Value>& word) {
  if (word && said) return false;
  if (word) said = word;
  return true;
}

bool say(Said& said, const MeterWord& word) {
  if ((said.parts & word.part) != 0) return false;
  said.parts |= word.part;
  if (!word.unit.empty()) said.unit = word.unit;
  return say(said.scope, word.scope) && say(said.tier, word.tier) && say(said.band, word.band);
}

Result<Said> read_words(std::string_view words) {
  Said out;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    const std::string word(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
    const MeterWord* const known = find_word(word);
    if (known == nullptr) return unreadable("has the word \"" + word + "\", which is not known");
    if (!say(out, *known)) return unreadable("says two things at once: \"" + word + "\"");
  }
  return out;
}

std::optional<PriceClass> class_of(int parts, const MeterModel& model) {
  if (parts == kNoPart && model.input_alone) return PriceClass::input;
  const int without_text = parts & ~kText;
  if (parts != without_text && (parts & (kAudio | kImage)) != 0) return std::nullopt;
  const auto* const found =
      std::find_if(kMeterClasses.begin(), kMeterClasses.end(),
                   [&](const MeterClass& row) { return row.parts == without_text; });
  return found == kMeterClasses.end() ? std::nullopt : std::optional(found->price_class);
}

}  // namespace

Result<Meter> read_meter_name(std::string_view name) {
  const std::string words = in_words(name);
  const MeterModel* const model = model_of(words);
  if (model == nullptr) return unreadable("is of no model that is known");
  const std::size_t behind = std::min(model->words.size() + 1, words.size());
  const Result<Said> said = read_words(std::string_view(words).substr(behind));
  if (!said) return said.error();
  const auto price_class = class_of(said->parts, *model);
  if (!price_class) return unreadable("names no class that is known");
  if (!said->scope) return unreadable("does not say whether it is global, data zone or regional");
  Meter out;
  out.model = model->model;
  out.scope = *said->scope;
  out.tier = said->tier.value_or(Tier::standard);
  out.price_class = *price_class;
  out.unit = said->unit;
  out.short_prompts_only = said->band == MeterBand::short_prompts;
  if (said->band == MeterBand::long_prompts) out.above_prompt_tokens = model->above_prompt_tokens;
  if (said->band == MeterBand::long_prompts && out.above_prompt_tokens == 0)
    return unreadable("is for long prompts, and it is not known how long they are");
  return out;
}

std::int64_t long_prompt_of(std::string_view model) {
  const std::string_view family = without_date(model);
  for (const MeterModel& row : kMeterModels) {
    if (row.model == model || (!family.empty() && row.model == family))
      return row.above_prompt_tokens;
  }
  return 0;
}

std::optional<std::int64_t> tokens_in_unit(std::string_view unit) {
  const auto* const found =
      std::find_if(kMeterUnits.begin(), kMeterUnits.end(),
                   [&](const MeterUnit& row) { return iequals(row.unit, unit); });
  if (found == kMeterUnits.end()) return std::nullopt;
  std::int64_t tokens = kPerMillion;
  for (int i = 0; i < found->shift; ++i) tokens /= 10;
  return tokens;
}

}  // namespace tollgate::pricing
