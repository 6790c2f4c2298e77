// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "entra.hpp"

namespace tollgate::simulator {

/// Azure Monitor Logs Ingestion (azure-protocol.md 6): checks what the real one would, stores what it accepts.
/// Naming an undeclared column or wrong type in a 400 is ours: the real service drops silently.
class Ingestion {
 public:
  Ingestion(const Setup& setup, const Entra& entra, Faults& faults)
      : setup_(setup), entra_(entra), faults_(faults) {}

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

  nlohmann::json rows() const;
  /// Every attempt: status, sizes, rows.
  nlohmann::json uploads() const;
  void clear();

 private:
  struct Verdict {
    int status = 204;
    std::string code;
    std::string message;
    nlohmann::json rows = nlohmann::json::array();
    std::size_t raw_size = 0;
  };

  Verdict judge(const Request& request) const;
  void note(const Request& request, int status, std::size_t raw_size, std::size_t rows);

  const Setup& setup_;
  const Entra& entra_;
  Faults& faults_;
  mutable std::mutex mutex_;
  nlohmann::json rows_ = nlohmann::json::array();
  nlohmann::json uploads_ = nlohmann::json::array();
};

/// What is wrong with a row's columns, or empty.
std::string row_fault(const nlohmann::json& row);

}  // namespace tollgate::simulator
