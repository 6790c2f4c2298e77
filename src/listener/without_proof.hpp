// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "tollgate/http/head.hpp"
#include "tollgate/listener/listener.hpp"

namespace tollgate::listener {

/// The answer to what a load balancer or a browser asks before it can prove anything; nullopt: the
/// request is none of these, and goes the way of all others. It tells nothing of the gateway but
/// whether it drains.
std::optional<std::string> answer_without_proof(const WithoutProof& open,
                                                const http::RequestHead& head, bool keep_alive,
                                                bool draining);

}  // namespace tollgate::listener
