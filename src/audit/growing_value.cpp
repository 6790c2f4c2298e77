// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "growing_value.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "raw_texts.hpp"
#include "tollgate/audit/cut_text.hpp"

namespace tollgate::audit {
namespace {

/// What a member or an element takes beside its text.
constexpr std::size_t kNode = 160;

constexpr std::string_view kCalls = "tool_calls";

bool stands_once(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOnce{"role", "id", "type", "name"};
  return std::ranges::find(kOnce, name) != kOnce.end();
}

bool has_index(JsonSlice array) {
  JsonItems items(array);
  JsonItem first;
  return items.next(first) && first.value.is_object() && first.value["index"].index();
}

/// Whether a member is an array that is merged by index.
bool holds_indexed(JsonSlice object) {
  JsonItems items(object);
  for (JsonItem item; items.next(item);) {
    if (item.value.is_array() && (item.name.is_text(kCalls) || has_index(item.value))) return true;
  }
  return false;
}

}  // namespace

void GrowingValue::merge(JsonSlice delta, ContentBudget& budget, std::string_view name) {
  if (delta.is_null()) {
    if (kind_ == Kind::absent) replace(delta, budget);
  } else if (merges_as_file(delta)) {
    append_file(delta);
  } else if (delta.is_string()) {
    if (kind_ != Kind::text) clear(budget);
    if (!stands_once(name) || text_.empty()) append(delta, budget);
  } else if (delta.is_object()) {
    merge_object(delta, budget);
  } else if (delta.is_array()) {
    if (name == kCalls && !has_index(delta))
      merge_calls(delta, budget);
    else
      merge_array(delta, budget);
  } else {
    replace(delta, budget);
  }
  grows_ = true;
}

/// A file's further pieces are described, or so short that they are base64 still.
bool GrowingValue::merges_as_file(JsonSlice delta) const {
  if (kind_ == Kind::file) return true;
  if (!delta.is_object() || (kind_ != Kind::raw && kind_ != Kind::text)) return false;
  return is_description(delta) && (kind_ == Kind::text || is_description(JsonSlice(text_)));
}

void GrowingValue::replace(JsonSlice value, ContentBudget& budget) {
  clear(budget);
  if (value.is_string()) {
    append(value, budget);
    grows_ = false;
    return;
  }
  if (!budget.take(value.raw().size())) return;
  kind_ = Kind::raw;
  text_ = value.raw();
}

void GrowingValue::append(JsonSlice text, ContentBudget& budget) {
  if (kind_ != Kind::text) clear(budget);
  kind_ = Kind::text;
  grows_ = true;
  if (cut_) return budget.note_loss();
  const std::string_view kept = whole_begin(text.written(), budget.left());
  budget.take(kept.size());
  text_.append(kept);
  if (kept.size() == text.written().size()) return;
  budget.note_loss();
  cut_text();
}

/// What goes stays charged: nothing else is to come in its place.
void GrowingValue::cut_text() {
  if (std::exchange(cut_, true)) return;
  text_.resize(end_of_written_before_cut(text_));
  emptied_ = text_.empty();
}

bool GrowingValue::break_off(ContentBudget& budget) {
  if (kind_ == Kind::text) {
    if (grows_) cut_text();
    return grows_;
  }
  if (kind_ == Kind::raw) return grows_ && break_off_raw();
  return break_off_below(budget);
}

/// What came as a delta and only once: texts may stand in it.
bool GrowingValue::break_off_raw() {
  std::string out;
  const TextsCut done = cut_texts(text_, stands_once, out);
  text_ = std::move(out);
  emptied_ = done.emptied;
  return done.any;
}

bool GrowingValue::break_off_below(ContentBudget& budget) {
  bool any = false;
  for (const Member& known : members_) {
    if (!stands_once(known.name)) any = known.value->break_off(budget) || any;
  }
  return break_off_elements(budget) || any;
}

bool GrowingValue::break_off_elements(ContentBudget& budget) {
  bool any = false;
  bool closed = false;  // in front of here all stands whole
  if (!elements_) return any;
  for (auto at = elements_->rbegin(); at != elements_->rend(); ++at) {
    GrowingValue& value = *at->second;
    if (value.next_ && closed) continue;
    const bool cut = value.break_off(budget);
    closed = closed || (value.next_ && cut && !value.emptied_);
    any = any || cut;
  }
  return any;
}

void GrowingValue::append_file(JsonSlice piece) {
  if (!file_) file_ = std::make_unique<DescribedPieces>();
  if (kind_ == Kind::raw || kind_ == Kind::text) {
    const std::string first =
        kind_ == Kind::raw ? std::exchange(text_, {}) : "\"" + std::exchange(text_, {}) + "\"";
    file_->add(JsonSlice(first));
  }
  kind_ = Kind::file;
  file_->add(piece);
}

/// Most objects come once and need not be taken apart.
void GrowingValue::merge_object(JsonSlice delta, ContentBudget& budget) {
  const bool first = kind_ != Kind::object && kind_ != Kind::raw;
  if (first && !holds_indexed(delta)) return replace(delta, budget);
  merge_members(delta, budget);
}

void GrowingValue::merge_members(JsonSlice delta, ContentBudget& budget, std::string_view but) {
  become_object(budget);
  grows_ = true;
  std::string room;
  JsonItems items(delta);
  for (JsonItem item; items.next(item);) {
    if (!but.empty() && item.name.is_text(but)) continue;
    GrowingValue* const value = member(name_of(item, room), budget);
    if (value != nullptr) value->merge(item.value, budget, item.name.written());
  }
}

void GrowingValue::merge_array(JsonSlice delta, ContentBudget& budget) {
  if (kind_ == Kind::absent && !has_index(delta)) return replace(delta, budget);
  become_array(budget);
  JsonItems items(delta);
  for (JsonItem item; items.next(item);) {
    const auto index = item.value.is_object() ? item.value["index"].index() : std::nullopt;
    if (!index) {
      GrowingValue* const added = push(item.value, budget);
      if (added != nullptr) added->grows_ = added->next_ = true;
    } else if (GrowingValue* const value = element(*index, budget)) {
      value->merge_members(item.value, budget, "index");
    }
  }
}

void GrowingValue::merge_calls(JsonSlice delta, ContentBudget& budget) {
  become_array(budget);
  if (!ids_) {
    ids_ = std::make_unique<Places>();
    for (const auto& [index, known] : *elements_) ids_->try_emplace(known->id(), index);
  }
  JsonItems sole(delta);
  JsonItem item;
  const bool is_sole = sole.next(item) && !sole.next(item);
  JsonItems items(delta);
  for (std::int64_t place = 0; items.next(item); ++place) {
    if (!item.value.is_object()) {
      push(item.value, budget);
    } else if (GrowingValue* const call = call_of(item.value, is_sole, place, budget)) {
      call->merge_members(item.value, budget);
    }
  }
}

/// One with an id that is not known begins behind all others. Without one it goes on with the last
/// where it comes alone, and else with the one in its place.
GrowingValue* GrowingValue::call_of(JsonSlice call, bool is_sole, std::int64_t place,
                                    ContentBudget& budget) {
  const std::int64_t last = elements_->empty() ? -1 : elements_->rbegin()->first;
  const std::string id = call["id"].text();
  if (id.empty()) return element(is_sole ? std::max<std::int64_t>(last, 0) : place, budget);
  if (const auto known = ids_->find(id); known != ids_->end())
    return element(known->second, budget);
  if (last == INT64_MAX || !budget.take(id.size())) return nullptr;
  GrowingValue* const added = element(last + 1, budget);
  if (added != nullptr) ids_->emplace(id, last + 1);
  return added;
}

GrowingValue* GrowingValue::push(JsonSlice value, ContentBudget& budget) {
  become_array(budget);
  const std::int64_t next = elements_->empty() ? 0 : elements_->rbegin()->first;
  GrowingValue* const added =
      element(elements_->empty() || next == INT64_MAX ? next : next + 1, budget);
  if (added != nullptr) added->replace(value, budget);
  return added;
}

void GrowingValue::become_object(ContentBudget& budget) {
  if (kind_ == Kind::object) return;
  const std::string before = kind_ == Kind::raw ? text_ : std::string();
  const bool grows = grows_;
  clear(budget);
  kind_ = Kind::object;
  grows_ = grows;
  JsonItems items{JsonSlice(before)};
  for (JsonItem item; items.next(item);) {
    GrowingValue* const value = member(item.name.text(), budget);
    if (value == nullptr) continue;
    value->replace(item.value, budget);
    value->grows_ = grows;
  }
}

void GrowingValue::become_array(ContentBudget& budget) {
  if (kind_ == Kind::array) return;
  const std::string before = kind_ == Kind::raw ? text_ : std::string();
  const bool grows = grows_;
  clear(budget);
  kind_ = Kind::array;
  grows_ = grows;
  elements_ = std::make_unique<Elements>();
  const JsonSlice known(before);
  JsonItems items(known);
  std::int64_t next = 0;
  for (JsonItem item; known.is_array() && items.next(item); ++next) {
    GrowingValue* const value = element(next, budget);
    if (value == nullptr) continue;
    value->replace(item.value, budget);
    value->grows_ = value->next_ = grows;
  }
}

std::string GrowingValue::id() const {
  if (kind_ == Kind::raw) return JsonSlice(text_)["id"].text();
  const auto member = std::ranges::find(members_, "id", &Member::name);
  if (member == members_.end() || member->value->kind_ != Kind::text) return {};
  return unescape(member->value->text_);
}

GrowingValue* GrowingValue::member(std::string_view name, ContentBudget& budget) {
  become_object(budget);
  for (Member& known : members_) {
    if (known.name == name) return known.value.get();
  }
  if (members_.size() == kMostMembers) budget.note_loss();
  if (members_.size() == kMostMembers || !budget.take(kNode + name.size())) return nullptr;
  members_.push_back({std::string(name), std::make_unique<GrowingValue>()});
  return members_.back().value.get();
}

GrowingValue* GrowingValue::element(std::int64_t index, ContentBudget& budget) {
  become_array(budget);
  const auto known = elements_->find(index);
  if (known != elements_->end()) return known->second.get();
  if (!budget.take(kNode)) return nullptr;
  return elements_->emplace(index, std::make_unique<GrowingValue>()).first->second.get();
}

void GrowingValue::clear(ContentBudget& budget) {
  budget.give_back(charged());
  *this = GrowingValue();
}

std::size_t GrowingValue::charged() const {
  std::size_t sum = text_.size();
  for (const Member& known : members_) sum += kNode + known.name.size() + known.value->charged();
  if (!elements_) return sum;
  for (const auto& [index, value] : *elements_) sum += kNode + value->charged();
  return sum;
}

void GrowingValue::write(std::string& out) const {
  if (kind_ == Kind::absent) out.append("null");
  if (kind_ == Kind::raw) out.append(text_);
  if (kind_ == Kind::text) out.append("\"").append(text_).append("\"");
  if (kind_ == Kind::file) file_->write(out);
  if (kind_ == Kind::object) write_members(out);
  if (kind_ == Kind::array) write_elements(out);
}

void GrowingValue::write_members(std::string& out) const {
  char before = '{';
  for (const Member& known : members_) {
    if (!known.value->exists()) continue;
    out.push_back(before);
    before = ',';
    append_quoted(out, known.name);
    out.push_back(':');
    known.value->write(out);
  }
  out.append(before == '{' ? "{}" : "}");
}

void GrowingValue::write_elements(std::string& out) const {
  char before = '[';
  for (const auto& [index, value] : *elements_) {
    out.push_back(before);
    before = ',';
    value->write(out);
  }
  out.append(before == '[' ? "[]" : "]");
}

}  // namespace tollgate::audit
