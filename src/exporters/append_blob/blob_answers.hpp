// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "tollgate/base/time.hpp"
#include "tollgate/exporters/exporter.hpp"
#include "tollgate/http/transport.hpp"

// What Blob Storage's answers mean. Its error codes stand in the field x-ms-error-code (Microsoft
// Learn, "Blob Storage error codes", and the pages of blob_requests.hpp; all from memory). Pure.
namespace tollgate::exporters::append_blob {

enum class Outcome {
  done,
  there,      ///< create: the blob was there before
  elsewhere,  ///< append: its end is not where it was thought to be; nothing was appended
  unknown,    ///< append: perhaps it was done
  no_more,    ///< append: this blob takes none: full, sealed, immutable, leased, another type
  gone,       ///< there is no such blob
  too_large,  ///< append: these bytes are too many for one block
  refused     ///< anything else: not done
};

struct Judgement {
  Outcome outcome = Outcome::refused;
  RetryAfter later;  ///< for unknown and refused; its `why` for no_more and too_large as well
};

Judgement judge_create(const http::ClientResponse& answer, UtcTime now);

/// Done only by 201 with the offset that was asked for: another 2xx is somebody else's, a proxy's
/// for instance. A timeout of the service's own (500 OperationTimedOut) may have done it, and so
/// may whatever stands behind another 5xx.
Judgement judge_append(const http::ClientResponse& answer, std::uint64_t position, UtcTime now);

/// Of a request for properties or bytes: done, gone or refused.
Judgement judge_read(const http::ClientResponse& answer, UtcTime now);

/// What there is of a blob.
struct BlobState {
  std::uint64_t length = 0;
  std::uint64_t blocks = 0;
  bool takes_blocks = true;  ///< an append blob that nobody has sealed
};

/// Of an answer that is done. Error protocol: it does not say how long the blob is.
Result<BlobState> state_of(const http::ClientResponse& answer);

}  // namespace tollgate::exporters::append_blob
