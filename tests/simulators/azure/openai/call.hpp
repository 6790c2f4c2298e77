// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "bill.hpp"
#include "http_server.hpp"
#include "openai/generation.hpp"
#include "openai/multipart.hpp"
#include "openai/resource_state.hpp"
#include "openai/routes.hpp"
#include "settings.hpp"

namespace tollgate::simulator {

/// One request to a resource, understood, with all that an operation needs to answer it.
struct Call {
  Call(const Request& request, std::string request_id);

  /// The text of the query parameter, or empty.
  std::string query(const std::string& name) const;
  /// A member of the JSON body or field of the form, as text; empty if absent.
  std::string text(const char* name) const;
  bool streams() const;
  bool include_usage() const;
  bool obfuscates() const;
  /// An x-sim- header's number.
  std::int64_t number(const std::string& header, std::int64_t fallback) const;

  /// Fills in the generation from the request and its x-sim- headers.
  void generate();
  /// Work that begins now and takes as long as the behaviour or the settings say.
  Work begin_work() const;
  /// The charge of this call's generation; `told`: the answer shows the usage, so far as the
  /// behaviour lets it.
  Charge token_charge(bool told) const;
  Bill::Ref book(Charge charge, bool stream, int status = 200) const;

  const Request& request;
  std::string request_id;
  std::string target;
  std::string api_version;
  RouteMatch match;
  std::string deployment_name;
  nlohmann::json body;
  SentForm form;
  Behaviour behaviour;
  Settings settings;
  Generation generation;

  const Resource* resource = nullptr;
  const Deployment* deployment = nullptr;  ///< null: the operation has none
  GuardedState* state = nullptr;
  Bill* bill = nullptr;
};

}  // namespace tollgate::simulator
