// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "tollgate/usage/record_fields.hpp"

namespace tollgate::ledger {

inline Uuid sample_id(std::uint64_t number) {
  Uuid id;
  id.bytes[0] = 1;
  for (int i = 0; i < 8; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

/// What an intent knows: who asks for what.
inline usage::UsageRecord sample_intent(std::uint64_t number) {
  usage::UsageRecord record;
  record.record_id = sample_id(number);
  record.event_time = from_unix_micros(1'790'000'000'000'000 + static_cast<std::int64_t>(number));
  record.client_name = "team-a";
  record.operation_id = "ChatCompletions_Create";
  record.requested_model = "gpt-4o";
  return record;
}

/// The same operation once it has ended; the number tells the records apart.
inline usage::UsageRecord sample_close(std::uint64_t number) {
  usage::UsageRecord record = sample_intent(number);
  record.outcome = usage::Outcome::completed;
  record.status_code = 200;
  record.usage_basis = usage::UsageBasis::reported;
  record.tokens.total = static_cast<std::int64_t>(number);
  return record;
}

/// Gives every field a value of its own that is not its default.
class FillFields {
 public:
  template <class Value>
  void operator()(const usage::RecordField& field, Value& value) {
    if constexpr (std::is_same_v<Value, Uuid>) {
      value = sample_id(static_cast<std::uint64_t>(field.number) << 40);
    } else if constexpr (std::is_same_v<Value, UtcTime>) {
      value = from_unix_micros(1'790'000'000'123'456 + field.number);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      value = std::string(field.name) + " \xC3\xBC \"\\";
    } else if constexpr (std::is_same_v<Value, std::map<std::string, std::string>>) {
      value = {{"application", "chat"}, {"cost_centre", "47\"11"}, {"empty", ""}};
    } else if constexpr (std::is_same_v<Value, std::vector<usage::Attempt>>) {
      value = {{"west", "dep", 429, 12, ""}, {"east", "", 0, -1, "timeout"}};
    } else if constexpr (std::is_same_v<Value, std::vector<usage::CostComponent>>) {
      value = {{"input", 10, "4.2", 1'000'000, "-12", 42}, {"image hd", 1, "0", 1, "", 0}};
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      value = {"resp_1", "file-2"};
    } else if constexpr (std::is_same_v<Value, bool>) {
      value = true;
    } else if constexpr (std::is_enum_v<Value>) {
      value = static_cast<Value>(1);
    } else {
      value = field.number;  // every kind of number, optional or not
    }
  }
};

inline usage::UsageRecord filled_record() {
  usage::UsageRecord record;
  visit_fields(FillFields(), record);
  return record;
}

/// The same, but for what would let it await its usage.
inline usage::UsageRecord filled_finished_record() {
  usage::UsageRecord record = filled_record();
  record.follow_path.clear();
  return record;
}

/// As large as a record may get.
inline usage::UsageRecord largest_record(std::uint64_t number) {
  usage::UsageRecord record = sample_close(number);
  visit_fields(
      [](const usage::RecordField&, auto& value) {
        if constexpr (std::is_same_v<decltype(value), std::string&>) value.assign(5000, 'x');
      },
      record);
  const std::string text(2000, 'a');
  for (int i = 0; i < 70; ++i) record.tags[std::to_string(i) + text] = text;
  record.stored_objects.assign(400, std::string(100, 'i'));
  record.attempts.assign(40, {text, text, 503, 1, text});
  record.cost_components.assign(40, {text, 1, text, 1, text, 1});
  return record;
}

}  // namespace tollgate::ledger
