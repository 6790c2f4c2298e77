// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <iostream>
#include <string>

#include "commands.hpp"
#include "tollgate/quotas/import.hpp"
#include "whole_file.hpp"

namespace tollgate::app {

int import_apim_policy(const std::string& path) {
  const Result<std::string> text = read_whole_file(path);
  if (!text) return complain(text.error().message);
  const auto limits = quotas::import_apim_policy(*text);
  if (!limits) return complain(path + ": " + limits.error().message);
  for (const quotas::NotMapped& one : limits->not_mapped)
    warn("line " + std::to_string(one.line) + ": " + one.what + ": " + one.why);
  const std::string yaml = to_yaml(*limits);
  if (yaml.empty()) return complain(path + " has no limit that could be taken");
  std::cout << yaml;
  return 0;
}

}  // namespace tollgate::app
