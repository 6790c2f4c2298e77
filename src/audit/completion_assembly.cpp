// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "completion_assembly.hpp"

#include <string_view>

namespace tollgate::audit {
namespace {

constexpr std::size_t kChoice = 512;  ///< what one takes without its content

}  // namespace

bool CompletionAssembly::take(const JsonFields& event, ContentBudget& budget) {
  if (!event["choices"].is_array() && !event["usage"].is_object()) return false;
  std::string room;
  for (const JsonItem& item : event) {
    const std::string_view name = name_of(item, room);
    if (name == "choices") {
      take_choices(item.value, budget);
    } else if (name != "obfuscation" && name != "sequence_number") {
      members_.set(name, item.value, budget);
    }
  }
  return true;
}

void CompletionAssembly::take_choices(JsonSlice choices, ContentBudget& budget) {
  JsonItems items(choices);
  std::int64_t place = 0;  // which says it where no index does
  for (JsonItem item; items.next(item); ++place) {
    const JsonFields fields(item.value);
    const std::int64_t index = fields["index"].index().value_or(place);
    auto choice = choices_.find(index);
    if (choice == choices_.end()) {
      if (!budget.take_small(kChoice)) continue;
      choice = choices_.emplace(index, Choice()).first;
    }
    take_choice(choice->second, fields, budget);
  }
}

void CompletionAssembly::take_choice(Choice& choice, const JsonFields& fields,
                                     ContentBudget& budget) {
  std::string room;
  for (const JsonItem& item : fields) {
    const std::string_view name = name_of(item, room);
    if (name == "delta" || name == "message") {
      if (item.value.is_object()) choice.message.merge(item.value, budget);
    } else if (name == "text") {
      choice.text.merge(item.value, budget);
    } else if (name == "content_filter_results") {
      choice.filter.add(item.value);
    } else if (name != "index" && name != "logprobs") {
      choice.members.set(name, item.value, budget);
    }
  }
}

/// One choice with one piece of text: everything else of such an event is kept as it is last said.
Growth CompletionAssembly::growth(const JsonFields& event, ContentBudget& budget) {
  JsonItems choices(event.sole("choices"));
  JsonItem choice;
  if (JsonItem second; !choices.next(choice) || choices.next(second)) return {};
  const JsonFields fields(choice.value);
  const auto known = choices_.find(fields["index"].index().value_or(0));
  if (known == choices_.end()) return {};
  const bool has_message = fields["message"].exists();
  if (fields["text"].exists()) {
    const JsonSlice text = fields.sole("text");
    if (has_message || fields["delta"].exists() || !text.is_string()) return {};
    return {&known->second.text, text};
  }
  JsonItems members(has_message ? JsonSlice() : fields.sole("delta"));
  JsonItem member;
  if (JsonItem second; !members.next(member) || members.next(second)) return {};
  if (!member.name.is_text("content") || !member.value.is_string()) return {};
  return {known->second.message.member("content", budget), member.value};
}

/// A choice ends with the reason why.
bool CompletionAssembly::break_off(ContentBudget& budget) {
  bool any = false;
  for (auto& [index, choice] : choices_) {
    if (JsonSlice(choice.members["finish_reason"]).says_something()) continue;
    any = choice.message.break_off(budget) || any;
    any = choice.text.break_off(budget) || any;
  }
  return any;
}

bool CompletionAssembly::has_error() const { return JsonSlice(members_["error"]).says_something(); }

void CompletionAssembly::write(ObjectWriter& body, bool /*error*/) const {
  const std::string_view object = members_["object"];
  for (const char* const name : {"id", "object", "created", "model"}) {
    const std::string_view value = members_[name];
    if (name == std::string_view("object") && object == "\"chat.completion.chunk\"") {
      body.add_text(name, "chat.completion");
    } else if (!value.empty()) {
      body.add(name, value);
    }
  }
  members_.write_but(body, {"id", "object", "created", "model"});
  std::string& out = body.member("choices");
  out.push_back('[');
  for (const auto& [index, choice] : choices_) write_choice(index, choice, next_element(out));
  out.push_back(']');
}

void CompletionAssembly::write_choice(std::int64_t index, const Choice& choice,
                                      std::string& out) const {
  ObjectWriter writer(out);
  writer.add("index", std::to_string(index));
  choice.members.write(writer);
  if (!choice.filter.empty()) choice.filter.write(writer.member("content_filter_results"));
  if (choice.text.exists()) choice.text.write(writer.member("text"));
  if (choice.message.exists()) choice.message.write(writer.member("message"));
  writer.end();
}

}  // namespace tollgate::audit
