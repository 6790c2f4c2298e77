// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/usage/json_paths.hpp"

namespace tollgate::redaction {

/// What goes of a JSON member's value.
enum class DropKind : std::uint8_t {
  nothing,
  value,      ///< whatever it is
  container,  ///< an object or array; anything else there is an option of the API
  token_ids,  ///< each array of whole numbers, whatever null, true and false are among them
};

/// The members that are dropped: those that the configuration names, and those in which the APIs
/// say a text in a form that no rule can read.
class Drops {
 public:
  /// `own`: the configuration's paths. Error invalid_input: one is none, or they are too many.
  static Result<Drops> of(std::vector<std::string> own);

  /// Where they are, for who walks through a text.
  const usage::JsonPaths& paths() const { return paths_; }
  /// Of the value that has this mask.
  DropKind kind(usage::JsonPaths::Mask mask) const;

 private:
  Drops(usage::JsonPaths paths, std::size_t own) : paths_(std::move(paths)), own_(own) {}

  usage::JsonPaths paths_;
  std::size_t own_;  ///< how many paths are the configuration's: the first
};

}  // namespace tollgate::redaction
