// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/capture/recorder.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::capture {

/// Takes out of a record what the rules find in the words of backends: names, codes and ids, which
/// may repeat what they were sent. Prices are found by these words, so it is priced before. Ids of
/// stored objects stay, as they are what ownership goes by; no sink has them. Where there is no
/// memory the words go. Done again, it changes nothing.
void redact_backend_words(usage::UsageRecord& record, const Recorder& recorder) noexcept;

/// The same where no recorder is left to do it: the words go.
void drop_backend_words(usage::UsageRecord& record) noexcept;

}  // namespace tollgate::capture
