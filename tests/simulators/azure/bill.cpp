// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "bill.hpp"

#include <map>
#include <tuple>

namespace tollgate::simulator {

using nlohmann::json;

std::size_t Bill::book(BillEntry entry) {
  const std::lock_guard lock(mutex_);
  entries_.push_back(std::move(entry));
  return entries_.size() - 1;
}

void Bill::completed(std::size_t place) {
  const std::lock_guard lock(mutex_);
  if (place < entries_.size()) entries_[place].completed = true;
}

void Bill::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

json Bill::entries() const {
  const std::lock_guard lock(mutex_);
  json out = json::array();
  for (const BillEntry& e : entries_) {
    out.push_back({{"request_id", e.request_id}, {"resource", e.resource},
                   {"deployment", e.deployment}, {"model", e.model}, {"operation", e.operation},
                   {"stream", e.stream}, {"status", e.status}, {"charged", e.charged},
                   {"prompt_tokens", e.prompt_tokens}, {"completion_tokens", e.completion_tokens},
                   {"total_tokens", e.prompt_tokens + e.completion_tokens},
                   {"completed", e.completed}});
  }
  return out;
}

json Bill::summary() const {
  using Key = std::tuple<std::string, std::string, std::string>;
  struct Sum {
    std::int64_t operations = 0, prompt = 0, completion = 0;
  };
  std::map<Key, Sum> sums;
  {
    const std::lock_guard lock(mutex_);
    for (const BillEntry& e : entries_) {
      if (!e.charged) continue;
      Sum& sum = sums[{e.resource, e.deployment, e.model}];
      ++sum.operations;
      sum.prompt += e.prompt_tokens;
      sum.completion += e.completion_tokens;
    }
  }
  json out = json::array();
  for (const auto& [key, sum] : sums) {
    out.push_back({{"resource", std::get<0>(key)}, {"deployment", std::get<1>(key)},
                   {"model", std::get<2>(key)}, {"operations", sum.operations},
                   {"prompt_tokens", sum.prompt}, {"completion_tokens", sum.completion},
                   {"total_tokens", sum.prompt + sum.completion}});
  }
  return out;
}

void RequestLog::add(json request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
  if (requests_.size() > kKept) requests_.pop_front();
}

void RequestLog::clear() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
}

json RequestLog::requests() const {
  const std::lock_guard lock(mutex_);
  return json(std::vector<json>(requests_.begin(), requests_.end()));
}

}  // namespace tollgate::simulator
