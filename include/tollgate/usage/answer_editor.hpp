// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/usage/body_shape.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::usage {

/// What stands in the place of strings.
class Replacement {
 public:
  virtual ~Replacement() = default;
  /// What is written in place of the string at the declared place with this number: text that needs
  /// no escape in JSON. nullopt: it stays as it is. `value`: unescaped; of a string longer than
  /// JsonPathScanner::kLongestValue its beginning.
  virtual std::optional<std::string> of(std::size_t path, std::string_view value) = 0;
};

/// Sans-I/O: replaces strings at declared places of an answer, in whatever pieces it comes: of one
/// JSON object, of objects one behind another or in an array, and of the data of server-sent
/// events. All other bytes pass as they are and at once: only such a string waits for its end, for
/// at most about 1.5 KiB. What is none of the three passes unchanged.
class AnswerEditor {
 public:
  /// `label`: what the answer's type calls it. The others outlive the editor.
  AnswerEditor(BodyShape label, const JsonPaths& paths, Replacement& replacement);
  AnswerEditor(const AnswerEditor&) = delete;
  AnswerEditor& operator=(const AnswerEditor&) = delete;
  ~AnswerEditor();

  /// Appends to `out` what may go to the client after these bytes.
  void feed(std::string_view bytes, std::string& out);
  /// Appends what was still held back when the answer ended.
  void finish(std::string& out);

 private:
  struct Texts;

  void edit_events(std::string_view bytes, std::string& out);
  void edit_objects(std::string_view bytes, std::string& out);

  ShapeProbe probe_;
  std::optional<BodyShape> shape_;  ///< nullopt: not told yet
  std::unique_ptr<Texts> texts_;
};

}  // namespace tollgate::usage
