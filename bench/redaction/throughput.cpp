// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
//
// bench-redaction [KIND...]: MB/s of each kind of text, and the longest step of 16 KiB, on one
// core. The first kinds are what prompts look like; the others are made to take long.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/base64.hpp"
#include "tollgate/redaction/json_redaction.hpp"
#include "tollgate/redaction/text_redaction.hpp"

namespace {

using namespace tollgate;

constexpr std::size_t kBytes = 1 << 20;
constexpr std::size_t kStep = 16 * 1024;
constexpr int kRounds = 3;

/// Of this process on its core, whatever else the machine does.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// The same noise in every run.
std::string noise(std::size_t bytes) {
  std::string out;
  std::uint64_t state = 0x9E3779B97F4A7C15ULL;
  while (out.size() < bytes) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    out.push_back(static_cast<char>(state >> 56));
  }
  return out;
}

std::string repeated(std::string_view unit, std::size_t bytes = kBytes) {
  std::string out;
  while (out.size() < bytes) out += unit;
  return out;
}

constexpr std::string_view kProse =
    "The quarterly report shows that revenue grew by 12 percent, mostly in the north. Please "
    "summarise what changed since 2024 and which of the three regions needs attention; mention "
    "the figures (1,234 units at 56.70 each) and keep it under two hundred words.\n";

std::string message(std::string_view content) {
  return R"({"role":"user","content":")" + std::string(content) + "\"},";
}

std::string chat(std::string_view content, std::size_t bytes = kBytes) {
  return R"({"model":"gpt-4o","messages":[)" + repeated(message(content), bytes) +
         R"({"role":"user","content":"end"}]})";
}

std::string base64_runs() {
  const std::string coded = to_base64(noise(kBytes * 3 / 4));
  std::string out;
  for (std::size_t at = 0; at < coded.size(); at += 400) out += coded.substr(at, 400) + " ";
  return out;
}

struct Kind {
  const char* name;
  bool json;
  std::function<std::string()> make;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"prose", false, [] { return repeated(kProse); }},
      {"chat", true,
       [] { return chat("Write to jane.doe@example.com about the order of 12 lamps, please."); }},
      {"one-message", true,
       [] { return chat("", 0).insert(50, repeated("Some words that are a prompt. ")); }},
      {"embedding", true, [] { return "[" + repeated("-0.012345678,0.98765432,") + "0]"; }},
      {"addresses", false, [] { return repeated("jane.doe@example.com "); }},
      {"no-json", true, [] { return "{" + repeated(kProse); }},
      {"digits-blanks", false, [] { return repeated("1 2 3 4 5 6 7 8 9 0 "); }},
      {"digits", false, [] { return repeated("12345678901234567890123456789"); }},
      {"digit-groups", false, [] { return repeated("4111 1111 1111 1112 "); }},
      {"digits-named", false, [] { return repeated("tel ssn nhs 1 2 3 4 5 6 7 8 9 0 1 2 3 "); }},
      {"dots", false, [] { return repeated("1.2.3.4.5.6.7.8.9.0."); }},
      {"at-signs", false, [] { return repeated("a@"); }},
      {"local-parts", false, [] { return repeated("a.b-c+d_e"); }},
      {"colons", false, [] { return repeated("a:b:c:1:"); }},
      {"letters-digits", false, [] { return repeated("DE12 AB34 "); }},
      {"letters", false, [] { return std::string(kBytes, 'a'); }},
      {"hexadecimal", false, [] { return repeated("0a1b2c3d4e5f6789"); }},
      {"base64-400", false, base64_runs},
      {"base64", false, [] { return to_base64(noise(kBytes * 3 / 4)); }},
      {"begin-key", false, [] { return repeated("-----BEGIN PRIVATE KEY-----\n"); }},
      {"authorization", false, [] { return repeated("authorization: bearer abc "); }},
      {"long-token", false, [] { return "sk-" + std::string(kBytes, 'Q'); }},
      {"urls", false, [] { return repeated("a://b:c"); }},
      {"escapes", false, [] { return repeated("%41\\u0042&#67;%25"); }},
      {"full-width", false, [] { return repeated("\xEF\xBC\x94\xEF\xBC\x91 \xEF\xBC\xA1"); }},
      {"no-utf-8", false, [] { return noise(kBytes); }},
  };
  return all;
}

template <class Redaction>
std::pair<double, double> measured(const redaction::Rules& rules, const std::string& text) {
  redaction::Replacer replacer;
  Redaction redaction(rules, replacer, text);
  const double start = cpu_seconds();
  double longest = 0;
  for (bool ended = false; !ended;) {
    const double before = cpu_seconds();
    ended = redaction.step(kStep);
    longest = std::max(longest, cpu_seconds() - before);
  }
  return {cpu_seconds() - start, longest};
}

void measure(const redaction::Rules& rules, const Kind& kind) {
  const std::string text = kind.make();
  double best = 1e9;
  double longest = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const auto [seconds, step] = kind.json ? measured<redaction::JsonRedaction>(rules, text)
                                           : measured<redaction::TextRedaction>(rules, text);
    best = std::min(best, seconds);
    longest = std::min(longest, step);
  }
  std::printf("%-16s %8zu bytes %8.2f MB/s, longest step %7.2f ms\n", kind.name, text.size(),
              static_cast<double>(text.size()) / best / 1e6, longest * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> wanted(argv + 1, argv + argc);
  const auto rules = redaction::Rules::compile({});
  if (!rules) return 1;
  for (const Kind& kind : kinds()) {
    const bool named = std::find(wanted.begin(), wanted.end(), kind.name) != wanted.end();
    if (wanted.empty() || named) measure(*rules, kind);
  }
}
