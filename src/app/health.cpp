// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <iostream>

#include "ask_admin.hpp"
#include "commands.hpp"

namespace tollgate::app {

int health(const HealthOptions& options) {
  const auto answer = ask_admin(options.admin, options.readiness ? "/readyz" : "/healthz");
  if (!answer) return complain(answer.error());
  (answer->status == 200 ? std::cout : std::cerr) << answer->body;
  return answer->status == 200 ? 0 : 1;
}

}  // namespace tollgate::app
