// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "tollgate/base/time.hpp"
#include "tollgate/exporters/exporter.hpp"
#include "tollgate/http/transport.hpp"

// The requests of Blob Storage's REST API that append takes. Each request names a version of the
// service (x-ms-version) and a time (x-ms-date), as requests with a token must. Sources: Microsoft
// Learn, "Put Blob", "Append Block", "Get Blob Properties", "Get Blob"; all from memory. Pure.
namespace tollgate::exporters::append_blob {

/// Put Blob: makes an empty append blob, and only where there is none (If-None-Match: *).
http::ClientRequest create_request(const std::string& url, const SendTerms& terms);

/// Append Block: puts the bytes behind the first `position` ones, and only if there are no others
/// (x-ms-blob-condition-appendpos). A block is there whole or not at all.
http::ClientRequest append_request(const std::string& url, std::uint64_t position,
                                   std::string bytes, const SendTerms& terms);

/// Get Blob Properties.
http::ClientRequest properties_request(const std::string& url, const SendTerms& terms);

/// Get Blob: the bytes from `from` up to, not with, `to`.
http::ClientRequest bytes_request(const std::string& url, std::uint64_t from, std::uint64_t to,
                                  const SendTerms& terms);

}  // namespace tollgate::exporters::append_blob
