// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tollgate/config/config.hpp"
#include "tollgate/credentials/token_source.hpp"

namespace tollgate::credentials {

/// Token sources in use. The same credential for the same scope from the same issuer is one source:
/// backends that share an identity share its token and its fetches, and a reloaded configuration
/// goes on with the tokens of the one before. Holds no source alive. Not thread-safe: used while a
/// configuration is put together.
class TokenCaches {
 public:
  using Make = std::function<std::shared_ptr<TokenSource>()>;

  std::shared_ptr<TokenSource> find_or_make(const config::Credential& credential,
                                            const std::string& scope,
                                            const config::Identity& identity, const Make& make);

 private:
  struct Entry {
    config::Credential credential;
    std::string scope;
    config::Identity identity;
    std::weak_ptr<TokenSource> source;
  };

  std::vector<Entry> entries_;
};

}  // namespace tollgate::credentials
