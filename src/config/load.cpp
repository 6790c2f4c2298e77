// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/load.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <sstream>

#include "document.hpp"
#include "settings.hpp"
#include "tollgate/base/file_fault.hpp"

namespace tollgate::config {
namespace {

constexpr std::size_t kLargestFile = 1024 * 1024;

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
  LoadResult out;
  const std::optional<YAML::Node> document = parse_document(yaml, out.errors);
  if (!document) return out;
  ReadContext context;
  context.secrets = &secrets;
  Config config;
  try {
    MappingReader root(context, *document, {});
    declare_settings(root, config);
    root.finish();
    check_references(config, context.values, context.errors);
  } catch (const YAML::Exception& exception) {
    context.errors.push_back({exception.mark.line + 1, exception.mark.column + 1, exception.msg});
  }
  out.errors = std::move(context.errors);
  out.warnings = std::move(context.warnings);
  out.settings = std::move(context.values);
  sort_errors(out.errors);
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
