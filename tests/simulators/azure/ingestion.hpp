// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "entra.hpp"

namespace tollgate::simulator {

/// Azure Monitor Logs Ingestion (azure-protocol.md 6): checks what the real one would, stores what
/// it accepts. Naming an undeclared column or wrong type in a 400 is ours: the real service drops
/// silently. Faults: `status` with `headers` and `body`; `delay_ms` before it looks; `reset_at` and
/// `close_at` before_head without storing; `stall_ms` between storing and the answer;
/// `reset_after_accept`.
class Ingestion {
 public:
  Ingestion(const Setup& setup, const Entra& entra, Faults& faults)
      : setup_(setup), entra_(entra), faults_(faults) {}

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

  /// All that a stream has accepted, in order, as a JSON array: repeats too.
  std::string rows(const std::string& stream) const;
  /// Every attempt, likewise: status, sizes, rows.
  std::string uploads() const;
  void clear();

 private:
  struct Verdict {
    int status = 204;
    std::string code;
    std::string message;
    std::string stream;
    nlohmann::json rows = nlohmann::json::array();
    std::size_t raw_size = 0;
  };

  Verdict judge(const Request& request) const;
  /// Stores what the verdict accepts.
  void keep(const Request& request, const Verdict& verdict);
  boost::asio::awaitable<void> answer(const Verdict& verdict, Wire& wire);
  boost::asio::awaitable<void> fail(const Request& request, const Behaviour& fault, Wire& wire);
  void note(const Request& request, int status, std::size_t raw_size, std::size_t rows);

  const Setup& setup_;
  const Entra& entra_;
  Faults& faults_;
  mutable std::mutex mutex_;
  // As text: a long run leaves many.
  std::map<std::string, std::vector<std::string>> rows_;  ///< by stream
  std::vector<std::string> uploads_;
};

}  // namespace tollgate::simulator
