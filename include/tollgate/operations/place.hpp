// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace tollgate::operations {

/// What a place of a request holds.
enum class Names : std::uint8_t {
  model,         ///< the model or deployment that is asked: decides where the request goes
  second_model,  ///< another deployment that works for the request, on the same backend
  object,        ///< something stored that must be the client's own; it lives on one backend
  batch_file,    ///< likewise, and its lines must have been read when it was uploaded
  base_model,    ///< what a fine-tuning job starts from: no deployment, never replaced by one
  part,          ///< something inside a stored object: known to be another client's, it is refused
  outside,       ///< work that the gateway cannot look into: refused
  work_url,      ///< a url that may have a second_model among its segments; without one: nothing
  own_text,      ///< the client's own text, whatever its member is called: nothing
  coded,         ///< a text where an object belongs: what it holds is not read, so it is refused
};

/// Whether a stored object or a part of one is named there, by its id or by an object with an `id`.
constexpr bool is_id(Names names) { return names == Names::object || names == Names::part; }

/// Whether nothing but a string can be judged there, since some reader may find a name in another
/// value: {"model":4711}.
constexpr bool is_text_only(Names names) {
  return !is_id(names) && names != Names::own_text && names != Names::coded;
}

/// Whether null says there that there is no name. A url and a file that are null say what no
/// document tells.
constexpr bool may_be_null(Names names) {
  return names != Names::work_url && names != Names::batch_file;
}

enum class Where : std::uint8_t {
  path,        ///< a hole of the operation's path
  query,       ///< a parameter
  header,      ///< a field's value
  json,        ///< a string in a JSON body: its path, as usage::JsonPaths has them
  form,        ///< a field of multipart/form-data
  batch_line,  ///< likewise in each line of an uploaded batch file
};

/// One place where requests of an operation may hold a name: a row of the lists in place_table.hpp.
/// Rights, ownership, the backend to ask and the names to be translated all come from these.
struct Place {
  Where where = Where::json;
  std::string_view name;
  Names names = Names::object;
  std::string_view only = {};  ///< not empty: other values hold nothing
  /// Of a work_url: the place of the same text whose model must be the url's, where both stand. Two
  /// ways to say who works, of which a backend may follow either.
  std::string_view beside = {};
};

}  // namespace tollgate::operations
