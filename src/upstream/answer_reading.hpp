// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/upstream/upstream.hpp"

// What is read of an answer before any of it goes on. All of it stays in Answer::bytes, as it came.
namespace tollgate::upstream {

/// Reads up to the final head, over informational ones, whose bytes are let go. Sets bytes, head
/// and head_length. `received` counts every byte that came. Errors: protocol, and those of
/// Stream::read_some.
boost::asio::awaitable<Result<void>> read_head(Answer& answer, bool to_head_request,
                                               std::size_t& received);

/// The body without its framing, if it comes whole within kSmallBody bytes and by `until`; the
/// connection may then be kept, see Answer::whole. nullopt: it is larger, slower, coded or broken.
boost::asio::awaitable<std::optional<std::string>> read_small_body(Answer& answer,
                                                                   SteadyTime until);
inline constexpr std::size_t kSmallBody = 64 * 1024;

/// Reads a stream's first events for the failure that stands there in place of a status
/// (StreamStart), for no longer than kPatience. Sets failed_in_stream and its code. Errors:
/// protocol, when the stream breaks while nobody has seen anything of it; cancelled.
boost::asio::awaitable<Result<void>> look_ahead(Answer& answer);

/// Whether a small body reports tokens.
bool reports_usage(const Answer& answer, std::string_view body);

}  // namespace tollgate::upstream
