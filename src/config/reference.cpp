// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <sstream>

#include "settings.hpp"

namespace tollgate::config {
namespace {

std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

void write_row(std::ostringstream& out, const SettingDoc& doc) {
  // The host name is this machine's: the page must not depend on where it was made.
  const bool local = doc.section == "gateway" && doc.key == "name";
  const std::string fallback = doc.required ? "required" : local ? "the host name" : doc.fallback;
  out << "| `" << doc.key << "` | " << cell(doc.type) << " | " << cell(fallback) << " | "
      << cell(doc.text) << (doc.at_restart ? " Takes effect at restart." : "") << " |\n";
}

}  // namespace

std::string reference_markdown() {
  std::vector<SettingDoc> docs;
  ReadContext context;
  context.docs = &docs;
  Config config;
  MappingReader root(context, YAML::Node(), {});
  declare_settings(root, config);

  std::ostringstream out;
  out << "# Configuration\n\n"
         "Made by `tollgate reference` from the declarations that read the file; do not edit.\n"
         "Durations and sizes carry their unit (`30s`, `15m`, `64KiB`). A secret is never written "
         "in the "
         "file: `{env: NAME}` or `{file: PATH}` says where it is; a file that others may read is "
         "refused. "
         "Unknown keys, wrong types and missing secrets are all reported together, with line "
         "numbers, before "
         "anything starts: `tollgate check -c FILE`. A changed file is loaded while the gateway "
         "runs ([operations.md](operations.md#live-configuration)), but for what takes effect at "
         "restart.\n";
  std::vector<std::string> sections;
  for (const SettingDoc& doc : docs) {
    if (std::find(sections.begin(), sections.end(), doc.section) == sections.end()) {
      sections.push_back(doc.section);
    }
  }
  for (const std::string& section : sections) {
    out << "\n## " << (section.empty() ? "Top level" : "`" + section + "`") << "\n\n"
        << "| key | type | default | meaning |\n|---|---|---|---|\n";
    for (const SettingDoc& doc : docs) {
      if (doc.section == section) write_row(out, doc);
    }
  }
  return out.str();
}

}  // namespace tollgate::config
