// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace tollgate::redis {

/// A port of loopback that nobody listens on just now.
std::uint16_t unused_port();

/// A real server on loopback: TOLLGATE_REDIS_SERVER, or redis-server. Its files go with it.
class RedisServer {
 public:
  /// `options`: as on its command line. With "--tls-port" it takes TLS there alone.
  explicit RedisServer(std::vector<std::string> options = {}, bool tls = false);
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer();

  std::uint16_t port() const { return port_; }
  const std::string& directory() const { return directory_; }
  /// Starts it, and waits until it listens.
  void start();
  /// Ends it as a crash does.
  void kill();
  /// It does nothing until resume().
  void pause();
  void resume();

  /// One command on a connection of its own; the answer's bytes as far as they came in one piece.
  std::string ask(const std::vector<std::string>& words) const;

 private:
  std::vector<std::string> options_;
  bool tls_;
  std::uint16_t port_;
  std::string directory_;
  pid_t process_ = -1;
};

}  // namespace tollgate::redis
