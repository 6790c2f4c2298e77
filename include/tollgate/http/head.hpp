// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tollgate/http/field.hpp"

// The strict head check (faults.md sections 2 and 3.1). It parses what it checks, so that no second
// parser can read the same bytes in another way; Beast serves as the reference in its tests.
namespace tollgate::http {

/// How a message's body ends.
enum class Framing { none, length, chunked, until_close };

struct BodyFraming {
  Framing kind = Framing::none;
  std::uint64_t length = 0;  ///< for Framing::length
};

struct HeadLimits {
  std::size_t bytes = 64 * 1024;
  std::size_t fields = 100;
};

/// Why a head is refused: the status to answer with and a fixed text that echoes nothing of the
/// input.
struct HeadError {
  int status = 400;
  std::string_view reason;
};

/// A checked request head. All views point into the bytes that were parsed. Reused from one request
/// of a connection to the next, so that its field list is allocated once.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  int minor_version = 1;  ///< of HTTP/1.x
  std::vector<Field> fields;
  BodyFraming body;
  bool keep_alive = true;
  bool expect_continue = false;

  /// The value of the first field with this name, or empty.
  std::string_view find(std::string_view name) const;
};

/// A checked response head.
struct ResponseHead {
  int status = 0;
  std::string_view reason;
  int minor_version = 1;
  std::vector<Field> fields;
  BodyFraming body;
  bool keep_alive = true;

  std::string_view find(std::string_view name) const;
};

/// Looks for the end of a head in bytes that grow. Refuses bare line feeds as soon as they come, so
/// that a head that can never end does not wait for its deadline.
class HeadScanner {
 public:
  enum class Verdict { more, complete, refused };

  /// `bytes` is everything received so far, from the head's first byte on.
  Verdict scan(std::string_view bytes);
  /// After `complete`: the head's length with its empty line.
  std::size_t length() const { return length_; }
  void reset() { *this = HeadScanner(); }

 private:
  std::size_t scanned_ = 0;
  std::size_t line_begin_ = 0;
  std::size_t length_ = 0;
};

/// Parses a complete request head (with its empty line). nullopt: `out` is valid.
/// 400 malformed or ambiguous (host, length, transfer coding, folding, control bytes), 417 an
/// expectation that is not 100-continue, 431 too many fields or bytes, 501 an unknown transfer
/// coding, 505 a version that is not HTTP/1.0 or 1.1.
std::optional<HeadError> parse_request_head(std::string_view head, const HeadLimits& limits,
                                            RequestHead& out);

/// Parses a complete response head. `to_head_request`: the answer has no body whatever its fields
/// say. Any error means the backend broke the protocol (its status is not used).
std::optional<HeadError> parse_response_head(std::string_view head, const HeadLimits& limits,
                                             bool to_head_request, ResponseHead& out);

/// Whether the field concerns one connection only and is never passed on (RFC 9110 7.6.1), by its
/// own name.
bool is_hop_by_hop(std::string_view name);

/// Whether a Connection field of the head names this field, and the field is not one that a peer
/// must not be able to remove (faults.md B12, H17).
bool is_nominated_hop_by_hop(const std::vector<Field>& fields, std::string_view name);

}  // namespace tollgate::http
