// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/net/byte_stream.hpp"
#include "tollgate/proxy/request_pipeline.hpp"

namespace tollgate::proxy {

/// Notices for one request that its client leaves, and decides then whether its answer is read on:
/// as the client's policy says, while it has fewer than `most` such answers. Answers beyond
/// that number are cut off: nobody can fill the backends' connections with what nobody reads.
class ClientWatch : private Cancellation::Leaving {
 public:
  /// Everything given outlives the watch.
  ClientWatch(net::ByteStream& client, Cancellation& cancellation, config::OnClientAbort policy,
              Drains& drains, std::size_t most);
  ClientWatch(const ClientWatch&) = delete;
  ClientWatch& operator=(const ClientWatch&) = delete;
  ~ClientWatch() override;

 private:
  Cancellation::OnLeaving decide() override;

  net::ByteStream& client_;
  Cancellation& cancellation_;
  config::OnClientAbort policy_;
  Drains& drains_;
  std::size_t most_;
  bool draining_ = false;
};

}  // namespace tollgate::proxy
