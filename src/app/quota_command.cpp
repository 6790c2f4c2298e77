// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "text_table.hpp"

namespace tollgate::app {
namespace {

using QuotaJson = nlohmann::json;

std::string shown(const QuotaJson& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string whose(const QuotaJson& subject) {
  std::string out = shown(subject.at("scope"));
  for (const char* const part : {"name", "detail"}) {
    if (subject.contains(part)) out.append(" ").append(shown(subject.at(part)));
  }
  return out;
}

std::string what(const QuotaJson& limit) {
  std::string out = shown(limit.at("measure"));
  if (limit.contains("currency")) out.append(" ").append(shown(limit.at("currency")));
  const std::string period = shown(limit.at("per"));
  if (period != "none") out.append(" per ").append(period);
  if (limit.at("mode") == "shadow") out.append(" (shadow)");
  return out;
}

/// To the second, which all windows end at.
std::string end_of(const QuotaJson& limit) {
  constexpr std::size_t kToTheSecond = 19;
  const std::string end = shown(limit.at("window_end"));
  return end.empty() ? end : end.substr(0, kToTheSecond) + "Z";
}

/// What all processes have of it, where they share a store that has said so.
const QuotaJson& of_all(const QuotaJson& limit) {
  return limit.contains("shared") ? limit.at("shared") : limit;
}

std::string table_of(const QuotaJson& page) {
  const bool shared = page.contains("store");
  std::vector<std::string> heads{"whose", "limit",    "until", "amount",
                                 "used",  "reserved", "left",  "refused"};
  if (shared) heads.emplace_back("here");
  std::int64_t oldest_ms = 0;
  TextTable table(heads, 3);
  for (const QuotaJson& limit : page.at("limits")) {
    const bool shadow = limit.at("mode") == "shadow";
    const QuotaJson& all = of_all(limit);
    std::vector<std::string> row{whose(limit.at("subject")),
                                 what(limit),
                                 end_of(limit),
                                 shown(limit.at("amount")),
                                 shown(all.at("used")),
                                 shown(all.at("reserved")),
                                 shown(limit.at("left")),
                                 shown(limit.at(shadow ? "shadow_hits" : "refusals"))};
    if (shared) row.push_back(shown(limit.at("used")));
    if (limit.contains("shared"))
      oldest_ms = std::max(oldest_ms, all.at("age_ms").get<std::int64_t>());
    table.add(std::move(row));
  }
  if (table.empty()) return "The configuration has no limits.\n";
  std::string out = table.text();
  if (shared) {
    const bool answers = page.at("store").at("answers").get<bool>();
    out.append(answers ? "Of all processes, by their store "
                       : "The store does not answer. It said ")
        .append("up to ")
        .append(std::to_string((oldest_ms + 999) / 1000))
        .append(" s ago; here: what this process has used.\n");
  }
  return out;
}

}  // namespace

int show_quotas(const QuotaOptions& options) {
  if (options.format != "table" && options.format != "json")
    return complain("--format takes: table or json");
  const auto answer = ask_admin(options.admin, "/admin/quotas");
  if (!answer) return complain(answer.error());
  if (options.format == "json") {
    std::cout << answer->body;
    return 0;
  }
  const QuotaJson page = QuotaJson::parse(answer->body, nullptr, false);
  if (answer->status != 200 || !page.is_object() || !page.contains("limits"))
    return complain("the admin server has no /admin/quotas: it is of an earlier version");
  std::cout << table_of(page);
  return 0;
}

}  // namespace tollgate::app
