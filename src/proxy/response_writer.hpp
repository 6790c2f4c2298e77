// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tollgate/http/head.hpp"

namespace tollgate::proxy {

/// How the client's copy of the answer is framed; independent of how the backend framed it.
enum class ClientFraming { none, length, chunked, until_close };

/// Chooses it: the backend's length where it is known and the bytes stay as they are, chunks
/// otherwise, the connection's end for an HTTP/1.0 client.
ClientFraming client_framing(const http::ResponseHead& head, int client_minor_version,
                             bool bytes_may_change);

/// The head for the client: the backend's fields as they came, without hop-by-hop fields and
/// without Set-Cookie (a backend's session is the gateway's, faults.md P3). The connection closes
/// unless keep_alive. `own_lines` are added, and where they are there the backend's own word on
/// CORS gives way to theirs. `no_retry` asks the official clients to leave it at that:
/// x-should-retry: false. `rate_lines` (rate_fields.hpp) are added, and the backend's own of their
/// kinds left out.
std::string write_response_head(const http::ResponseHead& head, ClientFraming framing,
                                bool keep_alive, bool no_retry = false,
                                std::string_view own_lines = {}, std::string_view rate_lines = {});

/// Appends `payload`, framed; nothing for an empty payload (an empty chunk would end the message).
void append_framed(std::string& out, ClientFraming framing, std::string_view payload);

/// Appends what ends the message.
void append_end(std::string& out, ClientFraming framing);

}  // namespace tollgate::proxy
