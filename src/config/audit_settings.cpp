// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>

#include "settings.hpp"

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

void report(MappingReader& reader, const redaction::RuleSettings& rules) {
  static constexpr std::array kLists{"rules", "patterns", "allow", "drop"};
  for (const redaction::RuleFault& fault : redaction::rule_faults(rules)) {
    reader.error_in(kLists.at(static_cast<std::size_t>(fault.where)), fault.index, fault.message);
  }
}

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
}

}  // namespace

void declare_audit(MappingReader& root, Config& config) {
  Redaction& redaction = config.audit.redaction;
  root.mapping(
      "audit", "Prompts and answers, of which none is recorded so far: for `tollgate redact` only.",
      false, [&](MappingReader& audit) {
        for (const char* later : {"level", "on_failure", "rule_id", "stream"}) audit.not_yet(later);
        audit.mapping(
            "redaction",
            "What is taken out of them; `tollgate redact` shows it. Without it all built-in "
            "rules apply. The secrets of this file are taken out wherever they stand, unless "
            "they have fewer than eight bytes.",
            false, [&](MappingReader& reader) {
              declare_redaction(reader, redaction);
              if (!reader.documenting()) report(reader, redaction.rules);
            });
      });
  if (root.documenting()) return;
  redaction.rules.secrets = root.resolved_secrets();
  const HostEnvironment& host = config.identity.environment;
  for (const Secret& own : {host.client_secret, host.identity_header, host.msi_secret})
    redaction.rules.secrets.push_back(own);
  std::erase_if(redaction.rules.secrets,
                [](const Secret& secret) { return !redaction::can_be_found(secret); });
}

}  // namespace tollgate::config
