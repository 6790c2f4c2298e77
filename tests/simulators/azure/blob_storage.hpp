// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "entra.hpp"
#include "settings.hpp"

namespace tollgate::simulator {

/// The append blobs of one container of Azure Blob Storage: Put Blob, Append Block, Get Blob
/// Properties, Get Blob, for the gateway's application alone (Microsoft Learn, from memory). Faults
/// of service "blobs", of any request, or of the operation "create", "append" or "read": as of
/// Ingestion, `error` being the code. The setting `blob_blocks` is the most blocks of a blob.
class BlobStorage {
 public:
  BlobStorage(const Setup& setup, const Entra& entra, const SettingsStore& settings, Faults& faults)
      : setup_(setup), entra_(entra), settings_(settings), faults_(faults) {}

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

  /// A JSON object by name: text, blocks.
  std::string blobs() const;
  /// {"name", "sealed", "immutable"}: of a blob that is there.
  void change(const nlohmann::json& given);
  void clear();

 private:
  struct Blob {
    std::string text;
    std::uint64_t blocks = 0;
    bool sealed = false;
    bool immutable = false;
  };
  struct Answer {
    int status = 200;
    std::string code;
    std::string fields;
    std::string body;
  };

  /// What is wrong with who asks; status 200: nothing.
  Answer admission(const Request& request) const;
  Answer answer(const Request& request, const std::string& operation);
  Answer create(const Request& request, const std::string& name);
  Answer append(const Request& request, const std::string& name);
  Answer read(const Request& request, const std::string& name) const;

  const Setup& setup_;
  const Entra& entra_;
  const SettingsStore& settings_;
  Faults& faults_;
  mutable std::mutex mutex_;
  std::map<std::string, Blob> blobs_;
};

}  // namespace tollgate::simulator
