// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/load.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <tuple>

#include <yaml-cpp/eventhandler.h>

#include "settings.hpp"
#include "tollgate/base/file_fault.hpp"
#include "yaml_fault.hpp"

namespace tollgate::config {
namespace {

constexpr std::size_t kLargestFile = 1024 * 1024;
/// Anchors could unfold into billions of nodes: a configuration has no need of so many.
constexpr int kMostAliases = 100;

std::optional<std::string> read_file(const std::string& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text(limit + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad() || text.size() > limit) return std::nullopt;
  return text;
}

std::optional<std::string> read_secret_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & S_IROTH) != 0) return std::nullopt;
  auto text = read_file(path, 64 * 1024);
  if (text && !text->empty() && text->back() == '\n') text->pop_back();
  if (text && !text->empty() && text->back() == '\r') text->pop_back();
  return text;
}

/// Why a file gives no secret, as the end of a sentence about it.
std::string secret_file_fault(const std::string& path) {
  if (const auto fault = file_fault(path)) return *fault;
  if (readable_by_all(path)) return "may be read by every user of this host: chmod o-r";
  const auto text = read_secret_file(path);
  if (!text) return "is larger than 64 KiB or cannot be read";
  return text->empty() ? "is empty" : "cannot be used";
}

LoadResult failed(int line, int column, std::string message) {
  LoadResult out;
  out.errors.push_back({line, column, std::move(message)});
  return out;
}

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

SecretSources system_secret_sources() {
  const auto environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  return {environment, read_secret_file, environment, secret_file_fault};
}

LoadResult load_text(std::string_view yaml, const SecretSources& secrets) {
  if (yaml.size() > kLargestFile) return failed(0, 0, "the file is larger than 1 MiB");
  if (too_many_aliases(yaml)) return failed(0, 0, "the file uses too many aliases");
  YAML::Node document;
  try {
    const std::string text(yaml);
    if (count_documents(text) > 1) return failed(1, 1, "the file holds more than one document");
    document = YAML::Load(text);
  } catch (const YAML::Exception& exception) {
    LoadResult out;
    out.errors.push_back(explain_yaml_fault(yaml, exception.mark.line + 1,
                                            exception.mark.column + 1, exception.msg));
    return out;
  }
  if (document.IsNull()) return failed(1, 1, "the file is empty");
  if (!document.IsMap()) return failed(1, 1, "the file must be a mapping of settings");
  ReadContext context;
  context.secrets = &secrets;
  Config config;
  try {
    MappingReader root(context, document, {});
    declare_settings(root, config);
    root.finish();
    check_references(config, context.values, context.errors);
  } catch (const YAML::Exception& exception) {
    context.errors.push_back({exception.mark.line + 1, exception.mark.column + 1, exception.msg});
  }
  LoadResult out;
  out.errors = std::move(context.errors);
  out.warnings = std::move(context.warnings);
  out.settings = std::move(context.values);
  std::stable_sort(out.errors.begin(), out.errors.end(),
                   [](const ConfigError& a, const ConfigError& b) {
                     return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                   });
  if (out.errors.empty()) out.config = std::move(config);
  return out;
}

LoadResult load_file(const std::string& path, const SecretSources& secrets) {
  if (const auto fault = file_fault(path)) return failed(0, 0, "the file " + *fault);
  const auto text = read_file(path, kLargestFile);
  if (!text) return failed(0, 0, "the file is larger than 1 MiB or cannot be read");
  return load_text(*text, secrets);
}

std::string format_errors(const std::string& path, const std::vector<ConfigError>& errors) {
  std::ostringstream out;
  for (const ConfigError& error : errors) {
    out << path;
    if (error.line > 0) out << ":" << error.line;
    if (error.line > 0 && error.column > 0) out << ":" << error.column;
    out << ": " << error.message << "\n";
  }
  return out.str();
}

}  // namespace tollgate::config
