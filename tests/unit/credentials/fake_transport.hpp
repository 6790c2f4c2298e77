// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "tollgate/http/transport.hpp"

namespace tollgate::credentials {

/// Answers from a list and keeps what it was asked.
class FakeTransport : public http::Transport {
 public:
  boost::asio::awaitable<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    requests.push_back(std::move(request));
    if (answers.empty()) co_return Error{Errc::unavailable, "nobody answers"};
    Result<http::ClientResponse> answer = std::move(answers.front());
    answers.pop_front();
    co_return answer;
  }

  void answer(int status, std::string body, http::Fields fields = {}) {
    answers.push_back(http::ClientResponse{status, std::move(fields), std::move(body)});
  }

  std::deque<Result<http::ClientResponse>> answers;
  std::vector<http::ClientRequest> requests;
};

inline const char* const kEntraAnswer =
    R"({"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ.entra"})";

}  // namespace tollgate::credentials
