// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "document.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <tuple>

#include <yaml-cpp/eventhandler.h>

#include "yaml_fault.hpp"

namespace tollgate::config {
namespace {

/// Anchors could unfold into billions of nodes: a configuration has no need of so many.
constexpr int kMostAliases = 100;

bool too_many_aliases(std::string_view yaml) {
  return std::count(yaml.begin(), yaml.end(), '*') > kMostAliases;
}

/// Hears of everything and keeps nothing.
class Unheard : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

/// 0, 1 or more: not read to the end, since the library finds no end of documents where a text
/// begins with a comma.
int count_documents(const std::string& yaml) {
  std::istringstream stream(yaml);
  YAML::Parser parser(stream);
  Unheard unheard;
  int count = 0;
  while (count < 2 && parser.HandleNextDocument(unheard)) ++count;
  return count;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(limit + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad() || text.size() > limit) return std::nullopt;
  return text;
}

std::optional<YAML::Node> parse_document(std::string_view yaml, std::vector<ConfigError>& errors) {
  const auto failed = [&](int place, std::string message) {
    errors.push_back({place, place, std::move(message)});
    return std::nullopt;
  };
  if (too_many_aliases(yaml)) return failed(0, "the file uses too many aliases");
  YAML::Node document;
  try {
    const std::string text(yaml);
    if (count_documents(text) > 1) return failed(1, "the file holds more than one document");
    document = YAML::Load(text);
  } catch (const YAML::Exception& exception) {
    errors.push_back(explain_yaml_fault(yaml, exception.mark.line + 1, exception.mark.column + 1,
                                        exception.msg));
    return std::nullopt;
  }
  if (document.IsNull()) return failed(1, "the file is empty");
  if (!document.IsMap()) return failed(1, "the file must be a mapping of settings");
  return document;
}

void sort_errors(std::vector<ConfigError>& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const ConfigError& a, const ConfigError& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
}

}  // namespace tollgate::config
