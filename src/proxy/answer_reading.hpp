// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/capture/capture.hpp"
#include "tollgate/upstream/upstream.hpp"
#include "tollgate/usage/body_shape.hpp"

namespace tollgate::proxy {

/// As what an answer is read: decided once, from its head and its request, for all who read it.
struct AnswerReading {
  usage::BodyShape shape = usage::BodyShape::opaque;         ///< for the meter
  audit::AnswerKind kept = audit::AnswerKind::as_it_begins;  ///< for the audit trail
  bool may_be_stream = false;                                ///< Answer::may_be_stream()
};

AnswerReading reading_of(const upstream::Answer& answer, const upstream::OutboundRequest& request);

}  // namespace tollgate::proxy
