// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/deadline.hpp"

namespace tollgate::net {

Deadline::Deadline(DeadlineSweep& sweep, Expired expired, void* owner)
    : expired_(expired), owner_(owner) {
  sweep.deadlines_.push_back(*this);
}

DeadlineSweep::DeadlineSweep(boost::asio::io_context& context, milliseconds interval)
    : timer_(context), interval_(interval) {}

void DeadlineSweep::start() {
  running_ = true;
  schedule();
}

void DeadlineSweep::stop() {
  running_ = false;
  timer_.cancel();
}

void DeadlineSweep::schedule() {
  timer_.expires_after(interval_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || !running_) return;
    sweep(std::chrono::steady_clock::now());
    schedule();
  });
}

void DeadlineSweep::sweep(SteadyTime now) {
  // An expiry may destroy any deadline, its neighbours too: so the due ones move to a list of their
  // own, from which destruction unlinks them, and each goes back before it fires.
  List due;
  for (auto it = deadlines_.begin(); it != deadlines_.end();) {
    Deadline& deadline = *it++;
    if (deadline.at_ > now) continue;
    deadline.unlink();
    due.push_back(deadline);
  }
  while (!due.empty()) {
    Deadline& deadline = due.front();
    deadline.unlink();
    deadlines_.push_back(deadline);
    if (deadline.at_ > now) continue;  // moved by an earlier expiry
    deadline.disarm();
    deadline.expired_(deadline.owner_);
  }
}

}  // namespace tollgate::net
