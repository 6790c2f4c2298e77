// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redis/reply.hpp"

#include <array>

namespace tollgate::redis {

std::string_view to_string(FailureKind kind) {
  static constexpr std::array<std::string_view, kFailureKinds> kWords{
      "down",      "timeout",      "lost",      "loading",         "out_of_memory",
      "read_only", "cluster_down", "try_again", "unauthenticated", "busy",
      "full",      "refused",      "protocol"};
  return kWords.at(static_cast<std::size_t>(kind));
}

void throw_exception_from_error(const Failure& failure, const boost::source_location& where) {
  tollgate::throw_exception_from_error(Error{Errc::internal, failure.message}, where);
}

}  // namespace tollgate::redis
