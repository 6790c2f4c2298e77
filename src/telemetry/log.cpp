// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <utility>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "batched_sink.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/telemetry/log_level.hpp"

namespace tollgate::telemetry::log {
namespace {

constexpr std::size_t kLongestValue = 4096;
constexpr std::size_t kUsualLine = 768;

struct Level {
  std::string_view name;
  spdlog::level::level_enum level;
};
/// The names that the documents use; spdlog has others of its own.
constexpr std::array kLevels{Level{"debug", spdlog::level::debug},
                             Level{"info", spdlog::level::info}, Level{"warn", spdlog::level::warn},
                             Level{"error", spdlog::level::err}, Level{"off", spdlog::level::off}};

std::string_view name_of(spdlog::level::level_enum wanted) {
  for (const Level& level : kLevels) {
    if (level.level == wanted) return level.name;
  }
  return "";
}

std::optional<spdlog::level::level_enum> wanted_level() {
  const char* const name = std::getenv("TOLLGATE_LOG");
  if (name == nullptr) return spdlog::level::info;
  for (const Level& level : kLevels) {
    if (level.name == name) return level.level;
  }
  return std::nullopt;
}

/// Whether the text is its own JSON, which nearly all of a line's texts are. No early end: so eight
/// bytes go at once.
bool is_plain(std::string_view text) {
  if (text.size() > kLongestValue) return false;
  bool special = false;
  for (const char c : text) special |= c < ' ' || c == 0x7F || c == '"' || c == '\\';
  return !special;
}

void append_text(std::string& line, std::string_view text) {
  if (is_plain(text)) {
    line.append("\"").append(text).append("\"");
  } else {
    line.append(nlohmann::json(sanitize_utf8(text, kLongestValue)).dump());
  }
}

void append_number(std::string& line, std::int64_t number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  line.append(digits.begin(), end);
}

void write(spdlog::level::level_enum level, std::string_view event,
           std::initializer_list<Field> fields) {
  spdlog::logger& logger = *spdlog::default_logger_raw();
  if (!logger.should_log(level)) return;
  const UtcTime now = std::chrono::system_clock::now();
  std::string line;
  line.reserve(kUsualLine);
  line.append("{\"time\":\"").append(to_rfc3339(now));
  line.append("\",\"level\":\"").append(name_of(level));
  line.append("\",\"event\":");
  append_text(line, event);
  for (const Field& field : fields) {
    line.push_back(',');
    field.append_to(line);
  }
  line.push_back('}');
  logger.log(now, spdlog::source_loc(), level, spdlog::string_view_t(line.data(), line.size()));
}

void use(std::shared_ptr<spdlog::sinks::sink> sink, spdlog::level::level_enum level) {
  auto logger = std::make_shared<spdlog::logger>("tollgate", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(level);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace

void Field::append_to(std::string& line) const {
  line.append("\"").append(key_).append("\":");
  switch (kind_) {
    case Kind::text:
      return append_text(line, text_);
    case Kind::word:
      line.append(text_);
      return;
    case Kind::number:
      break;
  }
  if (number_) {
    append_number(line, *number_);
  } else {
    line.append("null");
  }
}

void debug(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::debug, event, fields);
}

void info(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::info, event, fields);
}

void warn(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::warn, event, fields);
}

void error(std::string_view event, std::initializer_list<Field> fields) {
  write(spdlog::level::err, event, fields);
}

std::optional<std::string> level_fault() {
  if (wanted_level()) return std::nullopt;
  return "TOLLGATE_LOG must be debug, info, warn, error or off, not " +
         std::string(std::getenv("TOLLGATE_LOG"));
}

ToStandardError::ToStandardError() {
  use(std::make_shared<BatchedSink>(STDERR_FILENO), wanted_level().value_or(spdlog::level::info));
}

ToStandardError::~ToStandardError() {
  use(std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::default_logger_raw()->level());
}

}  // namespace tollgate::telemetry::log
