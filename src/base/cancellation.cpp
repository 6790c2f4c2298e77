// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/cancellation.hpp"

namespace tollgate {

void Cancellation::client_left() {
  if (left_) return;
  left_ = true;
  if (leaving_ != nullptr) on_leaving_ = leaving_->decide();
  tell();
}

void Cancellation::stop() {
  if (stopped_) return;
  stopped_ = true;
  tell();
}

void Cancellation::tell() {
  for (Watcher& watcher : watchers_) watcher.on_change();
}

}  // namespace tollgate
