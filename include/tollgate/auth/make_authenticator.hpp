// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "tollgate/auth/authenticator.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/transport.hpp"

namespace tollgate::auth {

/// The authenticator of a configuration, which outlives it: API keys, Entra tokens and the custom header, as
/// configured. Used by all workers at once. Signing keys are fetched through `transport` on `control` from
/// now on.
class ConfiguredAuthenticator : public Authenticator {
 public:
  /// False while Entra tokens cannot be checked because no keys could be had.
  virtual bool ready() const = 0;
  /// Ends the refreshing of keys; on the control executor.
  virtual void stop() = 0;
};

std::unique_ptr<ConfiguredAuthenticator> make_authenticator(const config::Config& config,
                                                            http::Transport& transport,
                                                            boost::asio::any_io_executor control);

}  // namespace tollgate::auth
