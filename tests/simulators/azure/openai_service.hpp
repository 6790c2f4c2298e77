// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "bill.hpp"
#include "entra.hpp"
#include "generation.hpp"
#include "setup.hpp"

namespace tollgate::simulator {

/// One Azure OpenAI resource: both URL families, keys and tokens, answers, streams, errors, and the bill.
class OpenAiService {
 public:
  OpenAiService(const Setup& setup, const Resource& resource, const Entra& entra, Faults& faults,
                Bill& bill, RequestLog& log);

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

 private:
  struct Call;

  bool authorised(const Request& request, std::string& refusal) const;
  boost::asio::awaitable<void> answer(Call& call, Wire& wire);
  boost::asio::awaitable<void> send_stream(Call& call, Wire& wire);
  boost::asio::awaitable<void> send_json(Call& call, Wire& wire);
  boost::asio::awaitable<void> send_embeddings(Call& call, Wire& wire);
  boost::asio::awaitable<void> refuse(Call& call, Wire& wire, int status, const char* reason,
                                      nlohmann::json body);
  std::string head_fields(const Call& call) const;
  std::size_t book(const Call& call, bool stream);

  const Setup& setup_;
  const Resource& resource_;
  const Entra& entra_;
  Faults& faults_;
  Bill& bill_;
  RequestLog& log_;
};

}  // namespace tollgate::simulator
