// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/log.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::telemetry::log {
namespace {

constexpr std::size_t kLongestValue = 4096;

/// Whether the text is its own JSON, which nearly all of a line's texts are.
bool is_plain(std::string_view text) {
  return text.size() <= kLongestValue && std::all_of(text.begin(), text.end(), [](char c) {
           return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
         });
}

std::string json_string(std::string_view text) {
  if (is_plain(text)) return std::string("\"").append(text).append("\"");
  return nlohmann::json(sanitize_utf8(text, kLongestValue)).dump();
}

void write(spdlog::level::level_enum level, std::string_view event,
           std::initializer_list<Field> fields) {
  spdlog::logger& logger = *spdlog::default_logger_raw();
  if (!logger.should_log(level)) return;
  std::string line =
      "{\"time\":\"" + to_rfc3339(std::chrono::system_clock::now()) + "\",\"level\":\"";
  line.append(spdlog::level::to_string_view(level).data())
      .append("\",\"event\":")
      .append(json_string(event));
  for (const Field& field : fields) {
    line.append(",").append(json_string(field.key)).append(":").append(field.json);
  }
  logger.log(level, "{}", line.append("}"));
}

}  // namespace

Field::Field(std::string_view key, std::string_view value) : key(key), json(json_string(value)) {}

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

void start() {
  auto logger = spdlog::stderr_logger_mt("tollgate");
  logger->set_pattern("%v");
  const char* level = std::getenv("TOLLGATE_LOG");
  logger->set_level(spdlog::level::from_str(level == nullptr ? "info" : level));
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace tollgate::telemetry::log
