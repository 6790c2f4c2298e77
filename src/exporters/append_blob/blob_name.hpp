// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "tollgate/base/time.hpp"

// Where rows stand in a container. Pure.
namespace tollgate::exporters::append_blob {

/// 2026/11/29/13: the hour of the time, UTC.
std::string hour_of(UtcTime time);

/// PREFIX/HOUR/GATEWAY.jsonl; the second of an hour is GATEWAY-2.jsonl. What of the gateway's name
/// is no letter, digit, hyphen, point, underscore or tilde stands there as %XX, so that no name can
/// choose another folder. (A gateway that is called GATEWAY-2 would share that blob, which is no
/// harm: blocks are whole, and rows say whose they are.)
std::string blob_name(std::string_view prefix, std::string_view hour, std::string_view gateway,
                      unsigned number);

/// CONTAINER/NAME with what a path may not hold escaped.
std::string blob_url(std::string_view container, std::string_view name);

}  // namespace tollgate::exporters::append_blob
