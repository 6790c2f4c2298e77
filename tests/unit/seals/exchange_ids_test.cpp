// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/seals/exchange_ids.hpp"

#include <gtest/gtest.h>

#include <string>

#include "seal_config.hpp"
#include "tollgate/operations/id_places.hpp"
#include "tollgate/operations/request_target.hpp"

namespace tollgate::seals {
namespace {

const std::string kBlue = "blue";
constexpr std::string_view kResponse = "resp_68a1f0c2b7d88190a4e5";
constexpr std::string_view kItem = "msg_68a1f0c2b7d88190a4e5";

/// One exchange of the client blue, answered by the backend east.
struct Exchange {
  std::unique_ptr<Seals> seals = seals_of({'k'});
  ExchangeIds ids{*seals, kBlue};
  usage::UsageRecord record;

  explicit Exchange(std::string_view method, std::string_view target) {
    record.backend = "east";
    record.backend_deployment = "gpt-east";
    record.requested_model = "gpt";
    ids.answered(record, *operations::parse_target(method, target)->operation);
  }
  std::string shown(std::string_view answer) {
    usage::AnswerEditor editor(usage::BodyShape::json, operations::id_places(), ids);
    std::string out;
    editor.feed(answer, out);
    editor.finish(out);
    return out;
  }
  std::string sealed(std::string_view id) { return ids.of(2, id).value_or("bare"); }
};

TEST(ExchangeIds, AreSealedWhereverAnAnswerHasThem) {
  Exchange exchange("POST", "/openai/v1/responses");
  const std::string out = exchange.shown(
      R"({"id":"resp_1","output":[{"id":"msg_68a1f0c2b7d88190a4e5","content":[{"text":"resp_1",)"
      R"("annotations":[{"file_id":"file-7"}]}]}],"metadata":{"id":"resp_1"},"usage":{}})");
  EXPECT_EQ(out, R"({"id":")" + exchange.sealed("resp_1") + R"(","output":[{"id":")" +
                     exchange.sealed(kItem) + R"(","content":[{"text":"resp_1",)" +
                     R"("annotations":[{"file_id":")" + exchange.sealed("file-7") +
                     R"("}]}]}],"metadata":{"id":"resp_1"},"usage":{}})");
  const auto opened = exchange.seals->open(exchange.sealed("resp_1"));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->client_name, "blue");
  EXPECT_EQ(opened->backend, "east");
  EXPECT_EQ(opened->deployment, "gpt-east");
  EXPECT_EQ(opened->model, "gpt");
}

TEST(ExchangeIds, LeaveWhatIsNoObjects) {
  Exchange exchange("POST", "/openai/v1/chat/completions");
  const std::string answer =
      R"({"id":"chatcmpl-68a1","choices":[{"message":{"tool_calls":[{"id":"call_1"}]}}],)"
      R"("system_fingerprint":"fp_1","x":{"id":"msg_own"}})";
  EXPECT_EQ(exchange.shown(answer), answer);
}

TEST(ExchangeIds, SealTheIdOfWhatTheOperationLeavesWhateverItsWord) {
  Exchange exchange("POST", "/openai/v1/vector_stores");
  const std::string out = exchange.shown(R"({"id":"new kind","x":{"id":"new kind"}})");
  EXPECT_TRUE(out.starts_with(R"({"id":"tg1)")) << out;
  EXPECT_TRUE(out.ends_with(R"("x":{"id":"new kind"}})")) << out;
}

// A file has no model but with the operations on files; else it would have another id in an answer.
TEST(ExchangeIds, AreTheSameFromWhateverOperation) {
  for (const std::string_view id : {std::string_view("vs_1"), kItem, std::string_view("run_1"),
                                    std::string_view("thread_1"), std::string_view("file-1")}) {
    EXPECT_EQ(Exchange("POST", "/openai/v1/responses").sealed(id),
              Exchange("GET", "/openai/v1/threads/thread_9").sealed(id));
  }
}

TEST(ExchangeIds, AreShownAgainAsTheClientSentThem) {
  Exchange made("POST", "/openai/v1/responses");
  const std::string sealed = made.sealed(kResponse);
  Exchange asked("GET", "/openai/v1/responses/x");
  asked.record.backend_deployment = "another";
  EXPECT_EQ(asked.ids.open(sealed), kResponse);
  EXPECT_EQ(asked.sealed(kResponse), sealed);
  ASSERT_EQ(asked.ids.told().size(), 1U);
  EXPECT_EQ(asked.ids.told().begin()->second.backend, "east");
  asked.ids.leave_bare(std::string(kItem));
  EXPECT_EQ(asked.sealed(kItem), "bare");
}

TEST(ExchangeIds, OfAnotherClientAreNotOpened) {
  const auto seals = seals_of({'k'});
  const std::string red = seals->seal({std::string(kResponse), "red", "east", {}, {}, {}});
  const std::string gone = seals->seal({std::string(kResponse), "gone", "east", {}, {}, {}});
  ExchangeIds ids(*seals, kBlue);
  EXPECT_FALSE(ids.open(red));
  EXPECT_FALSE(ids.open(gone));
  EXPECT_FALSE(ids.open(kResponse));
  EXPECT_TRUE(ids.told().empty());
}

TEST(ExchangeIds, InUrlsAreSegmentsOfThePath) {
  Exchange exchange("POST", "/openai/v1/batches");
  const std::string sealed = exchange.sealed("batch_1");
  EXPECT_EQ(exchange.ids.shown_url("https://a.b/openai/batches/batch_1/cancel?x=batch_1"),
            "https://a.b/openai/batches/" + sealed + "/cancel?x=batch_1");
  EXPECT_EQ(exchange.ids.shown_url("/batch_1"), "/" + sealed);
  EXPECT_EQ(exchange.ids.shown_url(""), "");
  EXPECT_EQ(exchange.ids.shown_url("/a/"), "/a/");
}

}  // namespace
}  // namespace tollgate::seals
