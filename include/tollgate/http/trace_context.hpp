// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include "tollgate/http/field.hpp"

namespace tollgate::http {

/// What a request says of the distributed trace it is part of (W3C Trace Context).
struct TraceContext {
  /// 32 lower-case hexadecimal digits, a view into the field; empty: there is no valid
  /// `traceparent`.
  std::string_view trace_id;
  /// Whether `tracestate` may go on: it is valid and so is the `traceparent` that it belongs to.
  bool state_passes = false;

  /// Whether a field of this name goes on. A malformed context is dropped: it could only break up
  /// the trace of whoever takes it for one.
  bool passes(std::string_view name) const;
};

/// Two `traceparent` fields, a version or an id that is none, or all zeros make a context
/// malformed; versions later than 00 are read as the standard says, by what 00 has in the same
/// place.
TraceContext read_trace_context(std::span<const Field> fields);

}  // namespace tollgate::http
