// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "intake.hpp"

#include "object_table.hpp"
#include "payload_glance.hpp"

namespace tollgate::ledger {

Result<bool> Intake::take(std::string_view payload) {
  const auto glance = glance_at(payload);
  if (!glance) return false;
  if (glance->made_objects) {
    const Result<void> noted = note_objects(store_.database(), read_payload(payload));
    if (!noted) return noted.error();
  }
  if (glance->awaits) {
    const Result<void> waits = store_.let_await(glance->record_id, payload);
    if (!waits) return waits.error();
    ++awaiting_;
    return true;
  }
  block_.add(payload, glance->event_time);
  ++arrived_;
  if (!block_.full()) return true;
  const Result<void> written = finish();
  if (!written) return written.error();
  return true;
}

Result<void> Intake::finish() {
  if (block_.empty()) return {};
  const Result<void> written = store_.append(block_, next_, now_);
  if (!written) return written;
  next_ += block_.count();
  block_.clear();
  return store_.note_given(next_ - 1);
}

}  // namespace tollgate::ledger
