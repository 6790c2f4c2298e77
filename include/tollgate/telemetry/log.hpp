// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate {
class TextBuilder;
}

namespace tollgate::telemetry::log {

/// One key and its value. Text is escaped as JSON when the line is written, so that nothing from
/// outside can forge or break a line (faults.md P8); the key is the code's own word and is not.
/// Never give it a secret. A view: key and text outlive the call that logs them, as the temporaries
/// of its own expression do.
class Field {
 public:
  Field(std::string_view key, std::string_view text) : key_(key), text_(text) {}
  Field(std::string_view key, const std::string& text) : Field(key, std::string_view(text)) {}
  Field(std::string_view key, const char* text) : Field(key, std::string_view(text)) {}
  Field(std::string_view key, bool value)
      : key_(key), text_(value ? "true" : "false"), kind_(Kind::word) {}
  template <std::integral Number>
  Field(std::string_view key, Number value)
      : Field(key, std::optional(static_cast<std::int64_t>(value))) {}
  /// Nothing is written as null.
  Field(std::string_view key, std::optional<std::int64_t> number)
      : key_(key), number_(number), kind_(Kind::number) {}

  /// Adds `"key":value`.
  void add_to(TextBuilder& line) const;

 private:
  std::string_view key_;
  std::string_view text_;
  std::optional<std::int64_t> number_;
  enum class Kind { text, number, word } kind_ = Kind::text;  ///< a word stands as it is
};

/// Logs one JSON object in a line: time, level, event, then the fields. There is none per chunk.
void debug(std::string_view event, std::initializer_list<Field> fields = {});
void info(std::string_view event, std::initializer_list<Field> fields = {});
void warn(std::string_view event, std::initializer_list<Field> fields = {});
void error(std::string_view event, std::initializer_list<Field> fields = {});

/// While it lives, lines go to standard error in batches, written by a thread of its own
/// (BatchedSink); its end writes what waits, and later lines are written one by one. TOLLGATE_LOG
/// is the least level: one of debug, info (default), warn, error, off. Made before any other thread
/// and ended after them.
class ToStandardError {
 public:
  ToStandardError();
  ToStandardError(const ToStandardError&) = delete;
  ToStandardError& operator=(const ToStandardError&) = delete;
  ~ToStandardError();
};

}  // namespace tollgate::telemetry::log
