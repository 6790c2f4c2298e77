// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <optional>
#include <string>
#include <vector>

#include "stage_fixture.hpp"

// The stage that reads a request's names; which places hold some is the table's (place_table.hpp,
// destination_test.cpp).
namespace tollgate::proxy {
namespace {

using operations::Names;

class FindNamesTest : public StageTest {
 protected:
  using Found = OrRefusal<std::vector<operations::RequestName>>;

  Found find(const std::string& target, const std::string& body, const std::string& fields = {}) {
    target_ = operations::parse_target("POST", target).value();
    return outcome(find_names(target_, head_of("POST " + target, fields), body));
  }
  static std::vector<std::string> values(const Found& found) {
    std::vector<std::string> out;
    if (!found) return {"refused"};
    for (const operations::RequestName& name : *found) out.push_back(name.value);
    return out;
  }

  operations::RequestTarget target_;
};

TEST_F(FindNamesTest, TheyComeFromThePathTheHeadAndTheBody) {
  const auto found = find("/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
                          R"({"messages":[{"content":[{"file":{"file_id":"file-1"}}]}]})",
                          "x-ms-spillover-deployment: other\r\n");
  EXPECT_EQ(values(found), (std::vector<std::string>{"gpt-4o", "other", "file-1"}));
  EXPECT_TRUE(found->at(0).is(Names::model));
  EXPECT_TRUE(found->at(1).is(Names::second_model));
  EXPECT_TRUE(found->at(2).is_object());
}

TEST_F(FindNamesTest, AFormIsReadAsTheHeadSaysItIsOne) {
  const std::string form =
      "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper\r\n--b--\r\n";
  EXPECT_EQ(values(find("/openai/v1/audio/transcriptions", form,
                        "Content-Type: multipart/form-data; boundary=b\r\n")),
            std::vector<std::string>{"whisper"});
  EXPECT_EQ(find("/openai/v1/audio/transcriptions", form).error().status, 400) << "it is no JSON";
}

TEST_F(FindNamesTest, WhatCouldHideANameIsRefusedAndTold) {
  const auto refused = find("/openai/v1/responses", R"({"model":"a",})");
  EXPECT_EQ(refused.error().status, 400);
  EXPECT_EQ(
      refused.error().message,
      "The request is refused: the body is no well-formed JSON object, or nested too deeply.");
}

// A body of many steps: the context's other work has its turn in between.
TEST_F(FindNamesTest, ALargeBodyHoldsUpNobody) {
  const std::string body = R"({"model":"gpt-4o","input":")" +
                           std::string(4 * operations::NamesReader::kStep, 'x') +
                           R"(","tools":[{"vector_store_ids":["vs-1"]}]})";
  target_ = operations::parse_target("POST", "/openai/v1/responses").value();
  std::optional<Found> found;
  boost::asio::co_spawn(
      context_, keep(found, find_names(target_, head_of("POST /openai/v1/responses"), body)),
      [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
  int turns = 0;
  for (context_.restart(); !found && context_.poll_one() != 0;) ++turns;
  ASSERT_TRUE(found);
  EXPECT_EQ(values(*found), (std::vector<std::string>{"gpt-4o", "vs-1"}));
  EXPECT_GT(turns, 4);
}

}  // namespace
}  // namespace tollgate::proxy
