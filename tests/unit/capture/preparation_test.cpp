// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "preparation.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "making.hpp"
#include "trail_world.hpp"

namespace tollgate::capture {
namespace {

class PreparationTest : public testing::Test, protected TrailWorld {
 protected:
  PreparationTest() { memory_.change_limit(1024 * 1024); }

  /// The answer's side, made in steps of so many bytes; `steps`: how many it took.
  Side prepared(const std::string& body, std::size_t step, std::size_t& steps) {
    Exchange exchange(ContentHold(memory_, memory_.account(record_.client_name)));
    exchange.terms.level = config::AuditLevel::redacted;
    exchange.record = record_;
    exchange.replacer = std::make_shared<redaction::Replacer>();
    exchange.conversation = std::make_shared<Conversation>();
    exchange.answer = CapturedAnswer{"application/json", {.body = body, .json = true}};
    Preparation preparation(rules_, config_.audit, {words_key_, sampling_key_},
                            std::move(exchange));
    for (steps = 1; !preparation.step(step); ++steps) continue;
    return std::move(*preparation.take().answer);
  }

  redaction::Rules rules_ = redaction::Rules::compile({}).value();
  Secret words_key_{"words"};
  Secret sampling_key_{"sampling"};
  ContentMemory memory_;
};

// Values that pieces part are found first, then those that stand whole, each once.
TEST_F(PreparationTest, AnAnswerOfPiecesThatIsJsonIsReadAsPiecesAndAsJson) {
  std::string filler;
  for (int i = 0; i < 200; ++i) filler += R"({"event":{"note":"nothing at all"}},)";
  const std::string body = "[" + filler +
                           R"({"event":{"delta":"alice@exam"}},{"event":{"delta":"ple.com"}},)"
                           R"({"event":{"note":"mail bob\u0040example.com now"}}])";
  const std::string expected = "[" + filler +
                               R"({"event":{"delta":"[EMAIL_1]"}},{"event":{"delta":""}},)"
                               R"({"event":{"note":"mail [EMAIL_2] now"}}])";
  for (const std::size_t step : {std::size_t{64}, std::size_t{1000}, Preparation::kStep}) {
    std::size_t steps = 0;
    const Side answer = prepared(body, step, steps);
    EXPECT_EQ(answer.text, expected) << step;
    EXPECT_EQ(answer.redactions, (redaction::Replacer::Counts{{"email", 2}})) << step;
    EXPECT_TRUE(step == Preparation::kStep || steps > 2) << "others have turns in between";
  }
}

}  // namespace
}  // namespace tollgate::capture
