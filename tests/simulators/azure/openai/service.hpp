// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/awaitable.hpp>

#include "entra.hpp"
#include "openai/call.hpp"
#include "request_log.hpp"

namespace tollgate::simulator {

/// One Azure OpenAI resource: both URL families, keys and tokens, its operations, its objects, and
/// its part of the bill.
class OpenAiService {
 public:
  OpenAiService(const Setup& setup, const Resource& resource, const Entra& entra,
                const SettingsStore& settings, Faults& faults, Bill& bill, RequestLog& log)
      : setup_(setup),
        resource_(resource),
        entra_(entra),
        settings_(settings),
        faults_(faults),
        bill_(bill),
        log_(log) {}

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

 private:
  void prepare(Call& call);
  Answer answer(Call& call);
  std::optional<Answer> refusal(Call& call) const;
  std::optional<Answer> unauthorised(const Request& request) const;
  std::optional<Answer> unreadable(Call& call) const;
  std::optional<Answer> unserved(Call& call) const;

  const Setup& setup_;
  const Resource& resource_;
  const Entra& entra_;
  const SettingsStore& settings_;
  Faults& faults_;
  Bill& bill_;
  RequestLog& log_;
  GuardedState state_;
};

}  // namespace tollgate::simulator
