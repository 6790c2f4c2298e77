// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate::integration {

class RawConnection;

/// How a stream ended. `cut`: FIN inside TLS, without close_notify.
enum class End { open, closed, cut, reset };

/// An HTTP message as it came. Read by the simplest parser there is, which shares nothing with the
/// gateway's.
struct Message {
  std::string head;       ///< with its empty line
  std::string body;       ///< without chunks
  std::string wire;       ///< every byte of it
  bool complete = false;  ///< it ended as its head said

  int status() const;
  /// The first such field's value; empty: none.
  std::string field(std::string_view name) const;
  bool has_field(std::string_view name) const;
};

enum class Kind { request, response, response_to_head };

/// Reads the next message off the connection; bytes behind it stay there.
Message read_message(RawConnection& connection, Kind kind);

}  // namespace tollgate::integration
