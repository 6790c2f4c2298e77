// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/http/field.hpp"
#include "tollgate/operations/place.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/usage/form_parts.hpp"
#include "tollgate/usage/json_path_scanner.hpp"

namespace tollgate::operations {

/// A name that a request holds, and where.
struct RequestName {
  const Place* place = nullptr;  ///< never null; lives as long as the program
  std::string value;             ///< decoded
  std::size_t begin =
      0;  ///< byte range in the body, a JSON string's with its quotes; equal: not there
  std::size_t end = 0;

  bool is(Names what) const { return place->names == what; }
  /// Something stored that must be the client's own.
  bool is_object() const { return is(Names::object) || is(Names::batch_file); }
};

/// More names than a request may hold: a batch file of 100,000 lines has one each.
inline constexpr std::size_t kMostNames = 250'000;
/// Different objects and parts that a request may refer to, a batch file in all its lines: each is
/// looked up.
inline constexpr std::size_t kMostIds = 10'000;

class PlacePaths;

/// Finds all names that a request holds at its operation's places, in steps: a body of many
/// megabytes need not hold up a thread that has others to serve. A JSON body must be a well-formed
/// object, a multipart one a form that the operation takes, and where an operation takes no body
/// none may come: in what two readers may read differently, names could be hidden. Linear in the
/// body, memory as kMostNames says.
class NamesReader {
 public:
  /// What a worker should read at once: well under a millisecond.
  static constexpr std::size_t kStep = 64 * 1024;

  /// All three outlive the reader.
  NamesReader(const RequestTarget& target, std::span<const http::Field> fields,
              std::string_view body);

  /// Goes on for about so many bytes of the body. True: it has ended.
  bool step(std::size_t bytes = kStep);
  /// Once it has ended. Errors: invalid_input, with what is wrong.
  Result<std::vector<RequestName>> take();

 private:
  void fail(std::string_view why);
  /// The body from `begin` to `end` is JSON: one text, or one a line.
  void begin_texts(Where where, std::size_t begin, std::size_t end);
  bool begin_next(std::size_t& bytes);
  void read_piece(std::size_t& bytes);
  void end_text();
  void read_form();
  /// Whether what stands there is a name or says that there is none.
  bool is_judged(usage::ValueKind kind, const Place& place) const;
  void note(const Place& place, std::string_view value, std::size_t begin, std::size_t end);

  const RequestTarget& target_;
  std::string_view body_;
  std::vector<RequestName> out_;
  std::optional<Error> error_;
  std::unordered_set<std::string> ids_;    ///< the different ones of objects and parts in the body
  std::optional<usage::FormReader> form_;  ///< until its parts are known
  const PlacePaths* places_ = nullptr;     ///< of the texts
  std::optional<usage::JsonPathScanner> scanner_;
  bool lines_ = false;
  std::size_t at_ = 0;  ///< in the body, what is read next
  std::size_t end_ = 0;
  bool in_text_ = false;        ///< one is at hand
  std::size_t text_begin_ = 0;  ///< of that
};

/// The same in one go.
Result<std::vector<RequestName>> read_names(const RequestTarget& target,
                                            std::span<const http::Field> fields,
                                            std::string_view body);

}  // namespace tollgate::operations
