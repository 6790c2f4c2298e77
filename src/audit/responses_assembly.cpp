// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "responses_assembly.hpp"

#include <algorithm>
#include <array>

#include "item_deltas.hpp"
#include "tollgate/usage/object_state.hpp"

namespace tollgate::audit {
namespace {

constexpr std::size_t kItem = 512;  ///< what one takes without its content
constexpr std::string_view kBegin = "response.";

/// Whether an event says no more than that an item is at work: `web_search_call.searching`.
bool is_progress(const JsonFields& event) {
  constexpr std::array<std::string_view, 7> kSaysNothing{
      "type",          "sequence_number", "item_id",    "output_index",
      "content_index", "summary_index",   "obfuscation"};
  return std::ranges::all_of(event, [&](const JsonItem& item) {
    return std::ranges::find(kSaysNothing, item.name.written()) != kSaysNothing.end();
  });
}

bool is_unfinished(JsonSlice status) {
  return !status.says_something() || status.is_text("in_progress") || status.is_text("queued");
}

}  // namespace

bool ResponsesAssembly::take(const JsonFields& event, ContentBudget& budget) {
  const std::string type_text = event["type"].text();
  std::string_view type = type_text;
  if (!type.starts_with(kBegin)) return false;
  type.remove_prefix(kBegin.size());
  const JsonSlice response = event["response"];
  if (response.is_object()) {
    take_response(response, usage::is_finished(type), budget);
    return true;
  }
  if (type == "output_item.added" || type == "output_item.done") {
    take_item(event, type == "output_item.done", budget);
    return true;
  }
  return take_delta(type, event, budget);
}

/// Not charged: there is one, and an event is bounded itself.
void ResponsesAssembly::take_response(JsonSlice response, bool terminal, ContentBudget& budget) {
  if (terminal_ && !terminal) return;
  response_ = response.raw();
  terminal_ = terminal;
  if (terminal) forget_known_items(response["output"], budget);
}

void ResponsesAssembly::forget_known_items(JsonSlice output, ContentBudget& budget) {
  std::set<std::string, std::less<>> ids;
  std::int64_t count = 0;
  JsonItems known(output);
  for (JsonItem item; known.next(item); ++count) {
    const JsonSlice id = item.value["id"];
    if (id.says_something()) ids.insert(id.text());
  }
  for (auto item = items_.begin(); item != items_.end();) {
    const std::string& id = item->second.id;
    const bool is_there = id.empty() ? item->first < count : ids.contains(id);
    if (is_there) item->second.value.clear(budget);
    item = is_there ? items_.erase(item) : std::next(item);
  }
}

void ResponsesAssembly::take_item(const JsonFields& event, bool done, ContentBudget& budget) {
  Item* const item = item_of(event, budget);
  if (item == nullptr || (item->done && !done)) return;
  item->value.replace(event["item"], budget);
  item->done = done;
}

bool ResponsesAssembly::take_delta(std::string_view type, const JsonFields& event,
                                   ContentBudget& budget) {
  if (is_progress(event)) return true;
  Item* const item = item_of(event, budget);
  if (item == nullptr || item->done) return true;
  if (!item->value.exists() && event["item_id"].is_string()) {
    GrowingValue* const id = item->value.member("id", budget);
    if (id != nullptr) id->replace(event["item_id"], budget);
  }
  return apply_item_event(type, event, item->value, budget);
}

ResponsesAssembly::Item* ResponsesAssembly::item_of(const JsonFields& event,
                                                    ContentBudget& budget) {
  const std::int64_t index = place_of(event);
  auto item = items_.find(index);
  if (item == items_.end()) {
    if (!budget.take_small(kItem)) return nullptr;
    item = items_.emplace(index, Item()).first;
  }
  last_ = index;
  if (item->second.id.empty()) name_item(item->second, index, id_in(event), budget);
  return &item->second;
}

/// Its index says it; where there is none, its id, and without one it is the item of the event
/// before.
std::int64_t ResponsesAssembly::place_of(const JsonFields& event) const {
  if (const auto index = event["output_index"].index()) return *index;
  const std::string id = id_in(event);
  if (id.empty()) return last_;
  if (const auto known = places_.find(id); known != places_.end()) return known->second;
  const std::int64_t behind = items_.empty() ? -1 : items_.rbegin()->first;
  return behind == INT64_MAX ? behind : behind + 1;
}

std::string ResponsesAssembly::id_in(const JsonFields& event) {
  const JsonSlice id = event["item_id"];
  return id.exists() ? id.text() : event["item"]["id"].text();
}

void ResponsesAssembly::name_item(Item& item, std::int64_t index, std::string id,
                                  ContentBudget& budget) {
  if (id.empty() || !budget.take_small(id.size())) return;
  places_.try_emplace(id, index);
  item.id = std::move(id);
}

Growth ResponsesAssembly::growth(const JsonFields& event, ContentBudget& budget) {
  const auto item = items_.find(place_of(event));
  const JsonSlice delta = event.sole("delta");
  if (item == items_.end() || item->second.done || !delta.is_string()) return {};
  if (event["response"].exists() || !event["type"].is_text("response.output_text.delta")) return {};
  GrowingValue* const content = item->second.value.member("content", budget);
  if (content == nullptr) return {};
  GrowingValue* const part = content->element(event["content_index"].index().value_or(0), budget);
  if (part == nullptr) return {};
  return {part->member("text", budget), delta};
}

/// An item ends with its own event, which replaces it, everything with the response's.
bool ResponsesAssembly::break_off(ContentBudget& budget) {
  bool any = false;
  if (terminal_) return any;
  for (auto& [index, item] : items_) any = item.value.break_off(budget) || any;
  return any;
}

bool ResponsesAssembly::has_error() const { return JsonSlice(response_)["error"].says_something(); }

void ResponsesAssembly::write(ObjectWriter& body, bool error) const {
  const JsonFields response{JsonSlice(response_)};
  if (!response["object"].exists()) body.add_text("object", "response");
  if (!response["status"].exists()) body.add_text("status", "incomplete");
  for (const JsonItem& item : response) {
    const std::string name = item.name.text();
    if (name == "output" || (name == "error" && error && !has_error())) continue;
    if (name == "status" && !terminal_ && is_unfinished(item.value)) {
      body.add_text(name, "incomplete");
    } else {
      body.add(name, item.value.raw());
    }
  }
  write_output(body.member("output"));
}

/// What the response has, with what it lacks in the places where it was streamed.
void ResponsesAssembly::write_output(std::string& out) const {
  out.push_back('[');
  const JsonSlice output = JsonSlice(response_)["output"];
  JsonItems known(output);
  JsonItem next;
  bool more = known.next(next);
  std::int64_t index = 0;
  for (auto missing = items_.begin(); more || missing != items_.end(); ++index) {
    if (missing != items_.end() && (missing->first <= index || !more)) {
      if (missing->second.value.exists()) missing->second.value.write(next_element(out));
      ++missing;
    } else {
      next_element(out).append(next.value.raw());
      more = known.next(next);
    }
  }
  out.push_back(']');
}

}  // namespace tollgate::audit
