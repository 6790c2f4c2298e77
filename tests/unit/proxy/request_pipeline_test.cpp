// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/request_pipeline.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "operation_exits.hpp"

namespace tollgate::proxy {
namespace {

class Responses : public OperationExits {
 protected:
  /// The answer is one event, and its last byte comes later.
  void answered_with(const std::string& status, const std::string& event) {
    ask(R"({"model":"gpt-4o","input":"Hi","stream":true})", "/openai/v1/responses");
    const std::string body = "data: " + event + "\n\n";
    backend_says("HTTP/1.1 " + status + "\r\nContent-Type: text/event-stream\r\n" +
                 "Content-Length: " + std::to_string(body.size() + 1) + "\r\n\r\n" + body);
    backend_says("\n");
  }
  static inline const std::string kEvent =
      R"({"type":"response.completed","response":{"id":"resp_1","object":"response",)"
      R"("status":"completed","usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}})";
};

// Its client may use it while the answer still comes: a crash must not forget whose it is.
TEST_F(Responses, AStoredResponseIsItsClientsBeforeTheAnswersEnd) {
  answered_with("200 OK", kEvent);
  expect_told_once(usage::Outcome::completed);
  EXPECT_EQ(journal_.calls, (std::vector<std::string>{"open", "amend", "close"}));
  EXPECT_EQ(record().stored_objects, std::vector<std::string>{"resp_1"});
}

// Its client had the object that an error named, and a crash would have asked for it.
TEST_F(Responses, AnErrorsIdIsNobodysObject) {
  answered_with("400 Bad Request", kEvent);
  expect_told_once(usage::Outcome::refused);
  EXPECT_EQ(journal_.calls, (std::vector<std::string>{"open", "close"}));
  EXPECT_TRUE(record().stored_objects.empty());
}

}  // namespace
}  // namespace tollgate::proxy
