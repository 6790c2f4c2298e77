// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <nlohmann/json.hpp>

#include "batched_sink.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/base/text_builder.hpp"
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

/// Whether a byte of text is not its own JSON, or may not be: control characters, DEL, quote,
/// backslash, and whatever is not ASCII, which may not be UTF-8 either.
bool is_special(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < ' ' || byte >= 0x7F || byte == '"' || byte == '\\';
}

/// The same for eight bytes at once: whether any is special.
bool any_special(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = kOnes << 7U;
  // Has a high bit where a byte of ASCII is less than `least`; of several, the lowest is sure.
  const auto below = [](std::uint64_t bytes, std::uint64_t least) {
    return (bytes - kOnes * least) & ~bytes & kHighBits;
  };
  const std::uint64_t beyond = (eight | ((eight & ~kHighBits) + kOnes)) & kHighBits;
  return (beyond | below(eight, ' ') | below(eight ^ (kOnes * '"'), 1) |
          below(eight ^ (kOnes * '\\'), 1)) != 0;
}

/// Nearly all of a line's texts are.
bool is_plain(std::string_view text) {
  std::uint64_t eight = 0;
  for (; text.size() >= sizeof eight; text.remove_prefix(sizeof eight)) {
    std::memcpy(&eight, text.data(), sizeof eight);
    if (any_special(eight)) return false;
  }
  return std::none_of(text.begin(), text.end(), is_special);
}

void add_text(TextBuilder& line, std::string_view text) {
  if (text.size() <= kLongestValue && is_plain(text)) {
    line.add('"').add(text).add('"');
  } else {
    line.add(nlohmann::json(sanitize_utf8(text, kLongestValue)).dump());
  }
}

void write(spdlog::level::level_enum level, std::string_view event,
           std::initializer_list<Field> fields) {
  spdlog::logger& logger = *spdlog::default_logger_raw();
  if (!logger.should_log(level)) return;
  const UtcTime now = std::chrono::system_clock::now();
  TextBuilder line(kUsualLine);
  line.add("{\"time\":\"").add(to_rfc3339(now));
  line.add("\",\"level\":\"").add(name_of(level));
  line.add("\",\"event\":");
  add_text(line, event);
  for (const Field& field : fields) {
    line.add(',');
    field.add_to(line);
  }
  const std::string_view whole = line.add('}').text();
  logger.log(now, spdlog::source_loc(), level, spdlog::string_view_t(whole.data(), whole.size()));
}

void use(std::shared_ptr<spdlog::sinks::sink> sink, spdlog::level::level_enum level) {
  auto logger = std::make_shared<spdlog::logger>("tollgate", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(level);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace

void Field::add_to(TextBuilder& line) const {
  line.add('"').add(key_).add("\":");
  switch (kind_) {
    case Kind::text:
      return add_text(line, text_);
    case Kind::word:
      line.add(text_);
      return;
    case Kind::number:
      break;
  }
  if (number_) {
    line.add_number(*number_);
  } else {
    line.add("null");
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
