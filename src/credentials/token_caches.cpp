// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/credentials/token_caches.hpp"

#include <algorithm>

namespace tollgate::credentials {

std::shared_ptr<TokenSource> TokenCaches::find_or_make(const config::Credential& credential,
                                                       const std::string& scope,
                                                       const config::Identity& identity,
                                                       const Make& make) {
  std::erase_if(entries_, [](const Entry& entry) { return entry.source.expired(); });
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.scope == scope && entry.credential == credential && entry.identity == identity;
  });
  if (found != entries_.end()) {
    if (auto source = found->source.lock()) return source;
  }
  std::shared_ptr<TokenSource> source = make();
  entries_.push_back({credential, scope, identity, source});
  return source;
}

}  // namespace tollgate::credentials
