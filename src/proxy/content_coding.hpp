// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/http/field.hpp"
#include "tollgate/proxy/body_memory.hpp"

namespace tollgate::proxy {

/// What a request's body is coded with: the values of all its Content-Encoding fields, commas
/// between. Empty: with nothing, also when they say identity.
std::string content_coding(const std::vector<http::Field>& fields);

/// Whether take_coding_off() can read it.
bool is_known_coding(std::string_view coding);

/// The body without its coding, which is a known one: so it is read, its rights are checked, and so
/// it is sent on, because no backend is known to take coded ones. At most `limit` bytes, and no
/// bomb: the meter's bound on the ratio holds here, too. `memory` holds both forms meanwhile. Gives
/// the thread back every few milliseconds, and refuses input that makes next to no output. Errors:
/// too_large, invalid_input (broken, or cut), and those of BodyMemory::take.
boost::asio::awaitable<Result<std::string>> take_coding_off(std::string body, std::string coding,
                                                            std::size_t limit, BodyHold& memory);

/// The fields without those that say how the body is coded.
std::vector<http::Field> without_coding(const std::vector<http::Field>& fields);

}  // namespace tollgate::proxy
