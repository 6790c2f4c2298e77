// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// A canary planted anywhere in any bytes survives in no form: plain, escaped, base64 or
// hexadecimal, as text and as JSON, in whatever steps; and what is JSON stays JSON.
#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "splits.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/redaction/json_redaction.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace {

using namespace tollgate;
using nlohmann::json;

const std::string kCanary = "canary-7f3a-of-the-configured-kind";

const redaction::Rules& rules() {
  static const redaction::Rules compiled = [] {
    redaction::RuleSettings settings;
    settings.secrets.emplace_back(kCanary);
    return std::move(redaction::Rules::compile(settings).value());
  }();
  return compiled;
}

std::string in_steps(redaction::Replacer& replacer, const std::string& text, std::size_t step) {
  redaction::TextRedaction redaction(rules(), replacer, text);
  while (!redaction.step(step)) {
  }
  return std::move(redaction.take().front());
}

std::string json_in_steps(redaction::Replacer& replacer, const std::string& body,
                          std::size_t step) {
  redaction::JsonRedaction redaction(rules(), replacer, body);
  while (!redaction.step(step)) {
  }
  return redaction.take();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += "\\u00" + to_hex(std::string_view(&c, 1));
  return out;
}

bool holds(const std::string& text) {
  const std::string hex = to_hex(kCanary);
  return text.find(kCanary) != std::string::npos || text.find(hex) != std::string::npos ||
         text.find(escaped(kCanary)) != std::string::npos;
}

/// Its inner letters in each of the three alignments.
bool holds_in_base64(const std::string& text) {
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string coded = to_base64(std::string(before, 'x') + kCanary);
    if (text.find(coded.substr(4, 40)) != std::string::npos) return true;
  }
  return false;
}

/// What is found does not depend on the steps, to the byte.
void expect_same_in_any_steps(const std::string& text, std::size_t step) {
  redaction::Replacer whole;
  redaction::Replacer steps;
  fuzz::require(in_steps(steps, text, step) == redaction::redact_text(rules(), whole, text));
  fuzz::require(steps.counts() == whole.counts());
  redaction::Replacer whole_json;
  redaction::Replacer json_steps;
  fuzz::require(json_in_steps(json_steps, text, step) ==
                redaction::redact_json(rules(), whole_json, text));
  fuzz::require(json_steps.counts() == whole_json.counts());
}

void expect_gone(const std::string& text, std::size_t step) {
  redaction::Replacer replacer;
  const std::string out = in_steps(replacer, text, step);
  fuzz::require(!holds(out) && !holds_in_base64(out));
  // A long run of base64 is a file, which goes as a whole.
  fuzz::require(replacer.counts().contains("configured_secret") ||
                replacer.counts().contains("binary"));
}

void expect_json_stays_json(const std::string& text, std::size_t step) {
  redaction::Replacer replacer;
  const std::string out = json_in_steps(replacer, text, step);
  if (json::accept(text)) fuzz::require(json::accept(out));
}

void expect_gone_from_json(const json& body, std::size_t step) {
  redaction::Replacer replacer;
  const std::string out = json_in_steps(replacer, body.dump(-1, ' ', true), step);
  fuzz::require(!holds(out) && !holds_in_base64(out));
  fuzz::require(json::accept(out) && !holds(json::parse(out).dump()));
}

/// Text that JSON can hold.
std::string repaired(const std::string& bytes) {
  const std::string dumped = json(bytes).dump(-1, ' ', false, json::error_handler_t::replace);
  return json::parse(dumped).get<std::string>();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(fuzz::view(data, std::min<std::size_t>(size, 2000)));
  const std::uint64_t seed = fuzz::seed_of(bytes);
  const std::size_t step = 1 + seed % 97;
  const std::size_t at = bytes.empty() ? 0 : (seed >> 8) % (bytes.size() + 1);
  const std::string before = bytes.substr(0, at);
  const std::string behind = bytes.substr(at);

  expect_json_stays_json(bytes, step);
  expect_same_in_any_steps(bytes, step);
  // Longer than a block of the search.
  std::string long_text = bytes;
  while (!bytes.empty() && long_text.size() < 20'000) long_text += bytes;
  expect_same_in_any_steps(long_text, step);
  for (const std::string& form : {kCanary, escaped(kCanary), to_base64(kCanary), to_hex(kCanary)}) {
    // Beside a blank: letters around a coding would be part of it.
    expect_gone(before + " " + form + " " + behind, step);
  }
  expect_gone(to_base64(before + kCanary + behind), step);
  expect_gone(to_hex(before + kCanary + behind), step);

  const std::string text = repaired(before) + kCanary + repaired(behind);
  expect_gone_from_json({{"a", text}, {text, 1}, {"c", {text, json({{"x", text}}).dump()}}}, step);
  const std::size_t cut = (seed >> 24) % kCanary.size();
  expect_gone_from_json({{"content",
                          {{{"text", repaired(before) + kCanary.substr(0, cut)}},
                           {{"text", kCanary.substr(cut) + repaired(behind)}}}}},
                        step);
  return 0;
}
