// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "tollgate/auth/authenticator.hpp"
#include "tollgate/auth/key_caches.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::auth {

/// The authenticator of a configuration, which outlives it: API keys, Entra tokens, tokens that
/// only a backend can check, the custom header and client certificates, as configured. All workers
/// use it at once. Signing keys come from `caches`, which outlive it.
class ConfiguredAuthenticator : public Authenticator {
 public:
  /// False while Entra tokens cannot be checked because no keys could be had.
  virtual bool ready() const = 0;
};

std::unique_ptr<ConfiguredAuthenticator> make_authenticator(const config::Config& config,
                                                            KeyCaches& caches);

}  // namespace tollgate::auth
