// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "unknown_events.hpp"

#include <algorithm>
#include <array>

#include "object_writer.hpp"

namespace tollgate::audit {
namespace {

constexpr std::size_t kEvent = 256;  ///< what one takes without its data

bool tells_which(std::string_view member) {
  return member == "type" || member == "object" || member == "id" || member == "index" ||
         member.ends_with("_id") || member.ends_with("_index");
}

/// What stands in every event of a stream and never in pieces.
bool stands_in_all(std::string_view member) {
  constexpr std::array<std::string_view, 6> kSame{"model",  "created",      "created_at",
                                                  "status", "service_tier", "system_fingerprint"};
  return tells_which(member) || std::ranges::find(kSame, member) != kSame.end();
}

/// What an event is about; empty: it is by itself, as it can spell nothing.
std::string about(std::string_view name, JsonSlice data) {
  std::string out(name);
  if (data.is_string()) return out.append("\ntext");
  if (!data.is_object()) return {};
  out.append("\nobject");
  std::string room;
  JsonItems items(data);
  for (JsonItem item; items.next(item);) {
    const std::string_view member = name_of(item, room);
    if (tells_which(member)) out.append("\n").append(member).append("=").append(item.value.raw());
  }
  return out;
}

}  // namespace

void UnknownEvents::add(std::string_view name, JsonSlice data, ContentBudget& budget) {
  std::string key = about(name, data);
  const auto known = key.empty() ? places_.end() : places_.find(key);
  if (known != places_.end()) return go_on(events_[known->second], data, budget);
  if (!budget.take(kEvent + key.size())) return;
  if (!key.empty()) places_.emplace(std::move(key), events_.size());
  events_.push_back({.name = std::string(name), .count = 1});
  events_.back().data.replace(data, budget);
}

void UnknownEvents::go_on(Event& event, JsonSlice data, ContentBudget& budget) {
  ++event.count;
  if (data.is_string()) return event.data.append(data, budget);
  std::string rest;
  ObjectWriter writer(rest);
  std::string room;
  JsonItems items(data);
  for (JsonItem item; items.next(item);) {
    const std::string_view member = name_of(item, room);
    if (!stands_in_all(member)) writer.add(member, item.value.raw());
  }
  writer.end();
  event.data.merge_members(JsonSlice(rest), budget);
}

bool UnknownEvents::break_off(ContentBudget& budget) {
  bool any = false;
  for (Event& event : events_) {
    any = event.data.break_off(budget) || any;
  }
  return any;
}

void UnknownEvents::write(std::string& out) const {
  out.push_back('[');
  for (const Event& event : events_) {
    ObjectWriter writer(next_element(out));
    if (!event.name.empty()) writer.add_text("event", event.name);
    event.data.write(writer.member("data"));
    if (event.count > 1) writer.add("events", std::to_string(event.count));
    writer.end();
  }
  out.push_back(']');
}

}  // namespace tollgate::audit
