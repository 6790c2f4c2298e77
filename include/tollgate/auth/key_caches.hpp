// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "tollgate/http/transport.hpp"

namespace tollgate::auth {

class KeyCache;

/// The signing keys in use, each tenant's once: a reloaded configuration goes on with the keys of
/// the one before, and with their refreshing. Holds none alive: what no configuration uses any more
/// is refreshed no more. Not thread-safe: used while a configuration is put together or given up,
/// or while nothing runs.
class KeyCaches {
 public:
  /// `transport` is used on `control` only; both outlive all caches.
  KeyCaches(http::Transport& transport, boost::asio::any_io_executor control);
  ~KeyCaches();

  /// Begins to fetch what was not in use.
  std::shared_ptr<KeyCache> find_or_start(const std::string& authority, const std::string& tenant);
  /// Ends all refreshing; on the control executor.
  void stop();

 private:
  struct Entry {
    std::string authority;
    std::string tenant;
    std::weak_ptr<KeyCache> cache;
  };

  http::Transport& transport_;
  boost::asio::any_io_executor control_;
  std::vector<Entry> entries_;
};

}  // namespace tollgate::auth
