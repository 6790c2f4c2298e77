// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <utility>

#include "settings.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

void declare_pattern(MappingReader& reader, std::vector<redaction::OwnPattern>& out) {
  redaction::OwnPattern& pattern = out.emplace_back();
  reader.text("name", pattern.name,
              "Of replacements and counts: lower-case letters, digits and `_`.", true);
  reader.text("regex", pattern.regex,
              "In RE2's syntax, for the text as it is read (redaction.md). Its first group, where "
              "it has one, is the value. It must not be able to match the empty string.",
              true);
}

void declare_replacement(MappingReader& reader, std::optional<Secret>& hmac) {
  static constexpr const char* kKeyed =
      "Or keyed: `[EMAIL:9f3a6c21d0b54e77]`, equal in all records.";
  if (reader.documenting() || !reader.has_mapping("replacement")) {
    std::size_t kind = 0;
    reader.choice("replacement", {"numbered"}, kind,
                  "What stands in a value's place: `[EMAIL_1]`, counted anew in each record.");
    if (!reader.documenting()) return;
  }
  reader.mapping("replacement", kKeyed, false, [&](MappingReader& keyed) {
    Secret key;
    keyed.secret("hmac", key, "The key of its HMAC-SHA-256: who has it can try values.");
    hmac = std::move(key);
  });
}

void declare_external(MappingReader& reader, std::optional<ExternalRedactor>& out) {
  ExternalRedactor given;
  reader.text("url", given.url,
              "Where texts are sent, as https://HOST/analyze; http:// for a loopback host only.",
              true);
  reader.duration("timeout", given.timeout,
                  "Longest that all texts of one exchange may take together.");
  std::size_t policy = 0;
  reader.choice("on_failure", {"drop_content", "keep_internal"}, policy,
                "While it does not answer: keep no content of the exchange, or keep what the rules "
                "left. Either is counted in the row.");
  given.on_failure = static_cast<RedactorFailure>(policy);
  reader.texts("entities", given.entities,
               "What it is asked for, such as PERSON and LOCATION. Default: all that it knows.");
  reader.text("language", given.language, "Of the texts, as it names languages.");
  reader.ratio("score_threshold", given.score_threshold, "What it is less sure of stays.");
  reader.number("parallel", given.parallel, "Requests at once.", 1, 64);
  reader.text("ca_certificates", given.ca_certificates,
              "PEM file of certificates trusted for it beside the system's.");
  if (reader.documenting()) return;
  if (const auto fault = base_url_fault(given.url, true); fault && !given.url.empty())
    reader.error_at("url", *fault);
  out = std::move(given);
}

void report(MappingReader& reader, const redaction::RuleSettings& rules) {
  static constexpr std::array kLists{"rules", "patterns", "allow", "drop"};
  for (const redaction::RuleFault& fault : redaction::rule_faults(rules)) {
    reader.error_in(kLists.at(static_cast<std::size_t>(fault.where)), fault.index, fault.message);
  }
}

}  // namespace

void declare_redaction(MappingReader& reader, Redaction& out) {
  redaction::RuleSettings& rules = out.rules;
  reader.texts("rules", rules.rules,
               "Rules for personal data, by name (redaction.md). Default: all. Those for secrets "
               "always apply.");
  reader.list("patterns", "What else to look for, behind the built-in rules.", false,
              [&](MappingReader& pattern) { declare_pattern(pattern, rules.patterns); });
  reader.texts("allow", rules.allow,
               "Values that stay: exactly, in any case, or as `/regex/` for the whole value. A "
               "secret never stays.");
  reader.texts("drop", rules.drop,
               "Members of JSON bodies that go with all that is in them, such as "
               "`$.messages[*].metadata`.");
  declare_replacement(reader, out.hmac);
  reader.mapping("external",
                 "A service that finds names and what else no pattern can, by the interface of "
                 "Presidio's analyzer (redaction.md). It is sent what the rules left.",
                 false, [&](MappingReader& external) { declare_external(external, out.external); });
  if (!reader.documenting()) report(reader, out.rules);
}

void find_secrets(const MappingReader& root, const HostEnvironment& host, Redaction& out) {
  std::vector<Secret>& secrets = out.rules.secrets;
  secrets = root.resolved_secrets();
  for (const Secret& own : {host.client_secret, host.identity_header, host.msi_secret})
    secrets.push_back(own);
  std::erase_if(secrets, [](const Secret& secret) { return !redaction::can_be_found(secret); });
}

}  // namespace tollgate::config
