// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "document.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <tuple>

#include <yaml-cpp/eventhandler.h>

#include "tollgate/base/file_fault.hpp"
#include "yaml_fault.hpp"

namespace tollgate::config {
namespace {

/// Anchors could unfold into billions of nodes: a configuration has no need of so many.
constexpr int kMostAliases = 100;

bool too_many_aliases(std::string_view yaml) {
  return std::count(yaml.begin(), yaml.end(), '*') > kMostAliases;
}

/// Hears of everything and keeps where the last scalar begins.
class LastScalar : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string&) override {
    mark_ = mark;
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

  const YAML::Mark& mark() const { return mark_; }

 private:
  YAML::Mark mark_;
};

struct FirstLook {
  int documents = 0;  ///< 0, 1 or more
  YAML::Mark last_scalar;
};

/// Not read to the end, since the library finds no end of documents where a text begins with a
/// comma.
FirstLook look_at(const std::string& yaml) {
  std::istringstream stream(yaml);
  YAML::Parser parser(stream);
  LastScalar events;
  FirstLook out;
  while (out.documents < 2 && parser.HandleNextDocument(events)) ++out.documents;
  out.last_scalar = events.mark();
  return out;
}

/// Without a byte order mark, which the library counts in no place.
std::string_view without_mark(std::string_view yaml) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return yaml.starts_with(kMark) ? yaml.substr(kMark.size()) : yaml;
}

/// A scalar without the tag and the anchor that may stand before it, each ended by blanks.
std::string_view behind_properties(std::string_view scalar) {
  constexpr std::string_view kBlanks = " \t\r\n";
  while (scalar.starts_with('!') || scalar.starts_with('&')) {
    const std::size_t end = std::min(scalar.find_first_of(kBlanks), scalar.size());
    scalar.remove_prefix(std::min(scalar.find_first_not_of(kBlanks, end), scalar.size()));
  }
  return scalar;
}

/// The library takes the end of the text for the end of a quote: what follows one that is never
/// closed would be a part of its value without a word.
std::optional<ConfigError> quote_without_end(std::string_view yaml, const YAML::Mark& last_scalar) {
  if (last_scalar.pos < 0) return std::nullopt;
  const auto at = std::min(static_cast<std::size_t>(last_scalar.pos), yaml.size());
  const std::string_view scalar = behind_properties(yaml.substr(at));
  if (!never_closes(scalar)) return std::nullopt;
  return ConfigError{last_scalar.line + 1, last_scalar.column + 1,
                     std::string("the quote ") + scalar.front() + " is never closed"};
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, std::size_t limit) {
  if (file_fault(path)) return std::nullopt;  // a pipe might wait for its writer
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
    const FirstLook look = look_at(text);
    if (look.documents > 1) return failed(1, "the file holds more than one document");
    if (auto fault = quote_without_end(without_mark(yaml), look.last_scalar)) {
      errors.push_back(std::move(*fault));
      return std::nullopt;
    }
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
