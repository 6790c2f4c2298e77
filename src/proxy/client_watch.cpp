// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_watch.hpp"

namespace tollgate::proxy {

ClientWatch::ClientWatch(net::ByteStream& client, Cancellation& cancellation,
                         config::OnClientAbort policy, Drains& drains, std::size_t most)
    : client_(client), cancellation_(cancellation), policy_(policy), drains_(drains), most_(most) {
  cancellation_.ask_on_leaving(this);
  client_.watch_hangup([this] { cancellation_.client_left(); });
}

ClientWatch::~ClientWatch() {
  client_.end_watch();
  cancellation_.ask_on_leaving(nullptr);
  if (draining_) --drains_.now;
}

Cancellation::OnLeaving ClientWatch::decide() {
  draining_ = policy_ == config::OnClientAbort::drain && drains_.now < most_;
  if (!draining_) return Cancellation::OnLeaving::end;
  ++drains_.now;
  return Cancellation::OnLeaving::read_on;
}

}  // namespace tollgate::proxy
