// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "entra.hpp"

namespace tollgate::simulator {

/// The instance metadata service's token endpoint (azure-protocol.md 5.2): numbers come as strings.
class Imds {
 public:
  Imds(const Entra& entra, Faults& faults) : entra_(entra), faults_(faults) {}
  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

 private:
  const Entra& entra_;
  Faults& faults_;
};

}  // namespace tollgate::simulator
