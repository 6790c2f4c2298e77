// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/redis/reply.hpp"

namespace tollgate::redis {

/// What a reply may take at most. Ours are a few numbers; the slots of a large cluster are some
/// hundred kilobytes.
struct ReplyBounds {
  std::size_t line = 64UL * 1024;
  std::size_t bytes = 8UL * 1024 * 1024;  ///< of one whole reply
  std::size_t items = 256UL * 1024;       ///< likewise
  std::size_t depth = 8;
};

/// Reads replies out of a connection's bytes, in whatever pieces they come; sans I/O. It takes the
/// protocol's second version and the values of the third (redis.io, "Redis serialization protocol
/// specification"), but nothing that the server says unasked.
class ReplyReader {
 public:
  explicit ReplyReader(ReplyBounds bounds = {}) : bounds_(bounds) {}

  void feed(std::string_view bytes) { buffer_.append(bytes); }

  /// The next whole reply; nullopt: more bytes are needed. Error protocol: these bytes are no
  /// reply, too_large: it is beyond the bounds; nothing can be read after either.
  Result<std::optional<Reply>> next();

 private:
  /// An array whose items are still coming.
  struct Open {
    Reply array;
    std::size_t missing;
  };

  Result<std::optional<std::string_view>> line();
  Result<std::optional<Reply>> element();
  Result<std::optional<Reply>> bulk(char type, std::string_view length, std::size_t line_size);
  Result<std::optional<Reply>> aggregate(char type, std::string_view count);
  void consume(std::size_t bytes);
  /// Into the innermost open array; the outermost, once it is whole.
  std::optional<Reply> place(Reply value);

  ReplyBounds bounds_;
  std::string buffer_;
  std::size_t begin_ = 0;     ///< of what has not been read
  std::size_t searched_ = 0;  ///< behind it: no line ends in these bytes
  std::vector<Open> open_;
  bool opened_ = false;    ///< the last element began an array
  std::size_t bytes_ = 0;  ///< of the reply so far
  std::size_t items_ = 0;
};

}  // namespace tollgate::redis
