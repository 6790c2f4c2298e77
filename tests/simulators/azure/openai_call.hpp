// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "generation.hpp"
#include "openai_service.hpp"

namespace tollgate::simulator {

/// One request to a resource, understood.
struct OpenAiService::Call {
  Call(const Request& request, std::string request_id);

  /// What is wrong with stream_options here, in Azure's words (azure-protocol.md 2.2); empty: nothing.
  std::string stream_options_fault() const;
  bool streams() const;
  bool include_usage() const;
  /// Fills in the generation from the request and its x-sim- headers.
  void generate();

  nlohmann::ordered_json json_answer() const;
  std::vector<StreamEvent> stream_events();

  /// An embedding answer is front, then embedding_bytes() made of pieces, then back.
  std::string embedding_front() const;
  std::string embedding_piece() const;
  std::string embedding_back() const;
  std::size_t embedding_bytes() const;

  const Request& request;
  std::string request_id;
  std::string api_version;
  std::string operation;              ///< empty: unknown path
  std::string deployment_name;
  const Deployment* deployment = nullptr;
  nlohmann::json body;
  Behaviour behaviour;
  Generation generation;

 private:
  std::int64_t number_header(const char* name, std::int64_t fallback) const;
  bool base64_embeddings() const;
};

}  // namespace tollgate::simulator
