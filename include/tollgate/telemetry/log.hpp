// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tollgate::telemetry::log {

/// One key and its value. Text is escaped as JSON, so that nothing from outside can forge or break a line
/// (faults.md P8). Never give it a secret.
struct Field {
  Field(std::string_view key, std::string_view value);
  Field(std::string_view key, const std::string& value) : Field(key, std::string_view(value)) {}
  Field(std::string_view key, const char* value) : Field(key, std::string_view(value)) {}
  template <std::integral Number>
  Field(std::string_view key, Number value) : key(key), json(std::to_string(value)) {}

  std::string key;
  std::string json;
};

/// Writes one JSON object per line to standard error: time, level, event, then the fields. A line is one
/// write; there is none per chunk or successful request.
void debug(std::string_view event, std::initializer_list<Field> fields = {});
void info(std::string_view event, std::initializer_list<Field> fields = {});
void warn(std::string_view event, std::initializer_list<Field> fields = {});
void error(std::string_view event, std::initializer_list<Field> fields = {});

/// Sets up the sink; TOLLGATE_LOG is one of debug, info (default), warn, error, off. Call once, before any thread.
void start();

}  // namespace tollgate::telemetry::log
