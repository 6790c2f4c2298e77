// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "shown_answers.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::followup {

void ShownAnswers::add(ShownAnswer answer) {
  forget(answer.client, answer.backend, answer.path);
  std::list<ShownAnswer>& answers = of_client_[answer.client];
  if (answers.size() == kMostOfOne) answers.pop_front();
  answers.push_back(std::move(answer));
}

std::optional<ShownAnswer> ShownAnswers::find(const std::string& client, const std::string& backend,
                                              std::string_view path) const {
  const auto of_one = of_client_.find(client);
  if (of_one == of_client_.end()) return std::nullopt;
  for (const ShownAnswer& answer : of_one->second) {
    if (answer.path == path && answer.backend == backend) return answer;
  }
  return std::nullopt;
}

void ShownAnswers::forget(const std::string& client, const std::string& backend,
                          std::string_view path) {
  const auto of_one = of_client_.find(client);
  if (of_one == of_client_.end()) return;
  std::erase_if(of_one->second, [&](const ShownAnswer& answer) {
    return answer.path == path && answer.backend == backend;
  });
  if (of_one->second.empty()) of_client_.erase(of_one);
}

}  // namespace tollgate::followup
