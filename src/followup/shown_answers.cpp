// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "shown_answers.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tollgate::followup {

void ShownAnswers::add(ShownAnswer answer, std::chrono::steady_clock::time_point now) {
  forget_old(now);
  forget(answer.client, answer.backend, answer.path);
  std::list<Shown>& answers = of_client_[answer.client];
  if (answers.size() == kMostOfOne) answers.pop_front();
  answers.push_back({std::move(answer), now});
}

void ShownAnswers::forget_old(std::chrono::steady_clock::time_point now) {
  for (auto of_one = of_client_.begin(); of_one != of_client_.end();) {
    std::list<Shown>& answers = of_one->second;
    while (!answers.empty() && answers.front().at + kKept <= now) answers.pop_front();
    of_one = answers.empty() ? of_client_.erase(of_one) : std::next(of_one);
  }
}

std::optional<ShownAnswer> ShownAnswers::find(const std::string& client, const std::string& backend,
                                              std::string_view path) const {
  const auto of_one = of_client_.find(client);
  if (of_one == of_client_.end()) return std::nullopt;
  for (const Shown& shown : of_one->second) {
    if (shown.answer.path == path && shown.answer.backend == backend) return shown.answer;
  }
  return std::nullopt;
}

void ShownAnswers::forget(const std::string& client, const std::string& backend,
                          std::string_view path) {
  const auto of_one = of_client_.find(client);
  if (of_one == of_client_.end()) return;
  std::erase_if(of_one->second, [&](const Shown& shown) {
    return shown.answer.path == path && shown.answer.backend == backend;
  });
  if (of_one->second.empty()) of_client_.erase(of_one);
}

}  // namespace tollgate::followup
