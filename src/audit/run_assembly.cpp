// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "run_assembly.hpp"

#include <vector>

namespace tollgate::audit {
namespace {

constexpr std::size_t kObject = 512;  ///< what one takes without its content

}  // namespace

bool RunAssembly::take(const JsonFields& event, ContentBudget& budget) {
  const std::string object = event["object"].text();
  if (object == "thread") {
    thread_.replace(event.object(), budget);
  } else if (object == "thread.run") {
    run_.replace(event.object(), budget);
  } else if (object.starts_with("thread.run.step")) {
    take_one(steps_, event, budget);
  } else if (object.starts_with("thread.message")) {
    take_one(messages_, event, budget);
  } else {
    return false;
  }
  return true;
}

void RunAssembly::take_one(ById& known, const JsonFields& event, ContentBudget& budget) {
  const std::string id = event["id"].text();
  auto one = known.find(id);
  if (one == known.end()) {
    if (!budget.take(kObject + id.size())) return;
    one = known.emplace(id, Growing{known.size(), {}}).first;
  }
  const JsonSlice delta = event["delta"];
  if (delta.is_object()) {
    if (!one->second.value.exists()) {
      one->second.value.merge_members(event.object(), budget, "delta");
    }
    one->second.value.merge_members(delta, budget);
  } else {
    one->second.value.replace(event.object(), budget);
  }
}

bool RunAssembly::break_off(ContentBudget& budget) {
  const bool step = break_off(steps_, budget);
  return break_off(messages_, budget) || step;
}

bool RunAssembly::break_off(ById& known, ContentBudget& budget) {
  bool any = false;
  for (auto& [id, one] : known) any = one.value.break_off(budget) || any;
  return any;
}

void RunAssembly::write(ObjectWriter& body, bool /*error*/) const {
  body.add_text("object", "thread.run.events");
  if (thread_.exists()) thread_.write(body.member("thread"));
  if (run_.exists()) run_.write(body.member("run"));
  if (!steps_.empty()) write_all(steps_, body.member("steps"));
  write_all(messages_, body.member("messages"));
}

void RunAssembly::write_all(const ById& known, std::string& out) {
  std::vector<const Growing*> in_order(known.size());
  for (const auto& [id, one] : known) in_order[one.place] = &one;
  out.push_back('[');
  for (const Growing* const one : in_order) one->value.write(next_element(out));
  out.push_back(']');
}

}  // namespace tollgate::audit
