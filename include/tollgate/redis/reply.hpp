// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "tollgate/base/error.hpp"

namespace tollgate::redis {

/// What the store answered. Both protocols give the same values: a map is an array of its keys and
/// values in turn, a truth value is the integer 0 or 1, a double is its text.
struct Reply {
  enum class Type : std::uint8_t { nil, integer, text, array, error };

  static Reply nil() { return {}; }
  static Reply of(std::int64_t number) { return {Type::integer, number, {}, {}}; }
  static Reply of(std::string bytes) { return {Type::text, 0, std::move(bytes), {}}; }
  static Reply of(std::vector<Reply> parts) { return {Type::array, 0, {}, std::move(parts)}; }
  static Reply error(std::string message) { return {Type::error, 0, std::move(message), {}}; }

  bool is_nil() const { return type == Type::nil; }
  bool is_integer() const { return type == Type::integer; }
  bool is_text() const { return type == Type::text; }
  bool is_array() const { return type == Type::array; }
  bool is_error() const { return type == Type::error; }
  bool operator==(const Reply&) const = default;

  Type type = Type::nil;
  std::int64_t integer = 0;
  std::string text;  ///< the bytes, or an error's message with its code in front
  std::vector<Reply> items;
};

/// What kind of failure it was; callers branch on this. The words are to_string()'s and those of
/// the metrics.
enum class FailureKind : std::uint8_t {
  down,             ///< the store is known not to answer: nothing was sent, nobody waited
  timeout,          ///< no answer within the call's time
  lost,             ///< the connection ended before the answer
  loading,          ///< the server is reading its data (-LOADING), or its primary is away
  out_of_memory,    ///< -OOM: maxmemory is used up
  read_only,        ///< -READONLY: it is a primary no more
  cluster_down,     ///< -CLUSTERDOWN: a part of the cluster has no primary
  try_again,        ///< -TRYAGAIN to the end of the call's time: its keys are on the move
  unauthenticated,  ///< -NOAUTH, -WRONGPASS, -NOPERM, or no token for it
  busy,             ///< -BUSY: a script runs on and on
  full,             ///< more calls than may wait, or a call that is larger than a call may be
  refused,          ///< any other error answer: the script's own, -ERR, -WRONGTYPE, -CROSSSLOT
  protocol,         ///< bytes that are no answer
};

/// The enumerator's own name.
std::string_view to_string(FailureKind kind);
inline constexpr std::size_t kFailureKinds = static_cast<std::size_t>(FailureKind::protocol) + 1;

/// Why a call has no answer. The message never holds a secret, a key's value or an argument.
struct Failure {
  FailureKind kind = FailureKind::down;
  /// Whether the server may have done it all the same, or may do it yet.
  bool maybe_done = false;
  std::string message;
};

/// A reply, which is no error, or why there is none. Errors may stand within arrays.
using Answer = boost::system::result<Reply, Failure>;

/// Called by Answer::value() on a failure: reaching it is a bug, so it throws std::logic_error.
[[noreturn]] void throw_exception_from_error(const Failure& failure,
                                             const boost::source_location& where);

}  // namespace tollgate::redis
