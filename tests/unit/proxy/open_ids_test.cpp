// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "open_ids.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "destination_fixture.hpp"
#include "seals/seal_config.hpp"

namespace tollgate::proxy::destination_tests {
namespace {

/// What became of a request of the client blue.
struct Opened {
  operations::RequestTarget target;
  std::string body;
  std::optional<Refusal> refusal;
};

class OpenIds : public testing::Test {
 protected:
  static std::string sealed(const std::string& id, const char* client = "blue") {
    return seals::seals_of({'k'})->seal({id, client, "east", {}, {}, {}});
  }

  static Opened open(std::string_view method, const Request& request) {
    const auto seals = seals::seals_of({'k'});
    const std::string client = "blue";
    seals::ExchangeIds ids(*seals, client);
    Opened out{*operations::parse_target(method, request.target), request.body, {}};
    http::RequestHead head;
    head.fields = {request.fields.begin(), request.fields.end()};
    boost::asio::io_context context;
    boost::asio::co_spawn(context, open_ids(ids, out.target, head, out.body),
                          [&](const std::exception_ptr& thrown, std::optional<Refusal> refusal) {
                            EXPECT_EQ(thrown, nullptr);
                            out.refusal = std::move(refusal);
                          });
    context.run();
    return out;
  }

  static std::string opened_body(const std::string& body) {
    return open("POST", {.target = "/openai/v1/responses", .body = body}).body;
  }
};

// The request is then, byte for byte, what it would have been with the backend's own id.
TEST_F(OpenIds, AtEveryPlaceOfEveryOperation) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  int planted = 0;
  for_every_place([&](const Operation& operation, const Place& place) {
    if (!operations::is_id(place.names) && place.names != Names::batch_file) return;
    for (unsigned round = 0; round < 5; ++round) {
      std::mt19937 random(seed + round);
      const Request request = request_with(operation, place, sealed("file-68a1"), random);
      random.seed(seed + round);
      const Request bare = request_with(operation, place, "file-68a1", random);
      const Opened out = open(operation.method, request);
      const auto target = operations::parse_target(operation.method, bare.target);
      ASSERT_FALSE(out.refusal) << request.target;
      EXPECT_EQ(out.body, bare.body);
      EXPECT_EQ(out.target.path, target->path);
      EXPECT_EQ(out.target.query, target->query);
      EXPECT_EQ(out.target.object_id, target->object_id);
      EXPECT_EQ(out.target.file_id, target->file_id);
      ++planted;
    }
  });
  EXPECT_GT(planted, 500);
}

TEST_F(OpenIds, OfMessagesAndRunsInAPath) {
  const std::string path =
      "/openai/v1/threads/" + sealed("thread_1") + "/runs/" + sealed("run_2") + "/steps";
  EXPECT_EQ(open("GET", {.target = path}).target.path,
            "/openai/v1/threads/thread_1/runs/run_2/steps");
}

TEST_F(OpenIds, NeverInTheTextOfAPrompt) {
  const std::string id = sealed("resp_68a1");
  for (const std::string& body :
       {R"({"input":")" + id + "\"}",
        R"({"input":[{"content":")" + id + R"("},{"text":")" + id + "\"}]}",
        R"({"metadata":{"id":")" + id + R"("},"instructions":")" + id + "\"}",
        R"({"prompt":{"id":"pmpt_1","variables":{"file_id":")" + id + "\"}}}",
        R"({"tools":[{"parameters":{"id":")" + id + "\"}}]}",
        R"({"input":[{"arguments":"{\"id\":\")" + id + R"(\"}"}]})"})
    EXPECT_EQ(opened_body(body), body);
}

TEST_F(OpenIds, InABodyOfManyMegabytesWithAllElseAsItWas) {
  std::string body = R"({"previous_response_id":"@","input":[)";
  for (int i = 0; i < 60'000; ++i)
    body.append(i == 0 ? "" : ",").append(R"({"id":"@","text":"What is @ ?\n"})");
  body.append("]}");
  const auto with = [&](const std::string& id) {
    std::string out;
    for (std::size_t at = 0; at < body.size(); ++at) {
      const bool is_id = body[at] == '@' && body[at - 1] == '"';
      is_id ? out.append(id) : out.append(1, body[at]);
    }
    return out;
  };
  EXPECT_EQ(opened_body(with(sealed("resp_68a1"))), with("resp_68a1"));
}

TEST_F(OpenIds, OfAnotherClientStayAndAreRefusedInPathAndQuery) {
  const std::string foreign = sealed("resp_68a1", "red");
  const std::string body = R"({"previous_response_id":")" + foreign + "\"}";
  EXPECT_EQ(opened_body(body), body);
  std::string broken = sealed("resp_68a1");
  broken.back() = broken.back() == 'A' ? 'E' : 'A';
  for (const std::string& id : {foreign, broken}) {
    const auto in_path = open("GET", {.target = "/openai/v1/responses/" + id});
    ASSERT_TRUE(in_path.refusal) << id;
    EXPECT_EQ(in_path.refusal->status, 404);
    const auto in_query = open(
        "GET", {.target = "/openai/v1/responses/" + sealed("resp_1") + "/input_items?after=" + id});
    ASSERT_TRUE(in_query.refusal);
    EXPECT_EQ(in_query.refusal->status, 404);
    const auto nested = open("GET", {.target = "/openai/v1/threads/" + sealed("thread_1") +
                                               "/messages/msg_" + id.substr(5)});
    ASSERT_TRUE(nested.refusal);
  }
}

TEST_F(OpenIds, LeavesBodiesThatAreNoJsonAlone) {
  const std::string id = sealed("resp_68a1");
  for (const std::string& body : {std::string(), id, "\"" + id + "\"", R"([{"id":")" + id + "\"}]"})
    EXPECT_EQ(opened_body(body), body);
}

TEST(Edits, ReplaceWhatTheySayWhetherLongerOrNot) {
  std::string text = "0123456789";
  apply({{8, 9, "h"}, {2, 4, "x"}, {2, 4, "x"}}, text);
  EXPECT_EQ(text, "01x4567h9");
  apply({{0, 1, "longer"}, {8, 9, ""}}, text);
  EXPECT_EQ(text, "longer1x4567h");
  apply({}, text);
  EXPECT_EQ(text, "longer1x4567h");
}

}  // namespace
}  // namespace tollgate::proxy::destination_tests
