// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "append_blob/append_blob_exporter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "append_blob/fake_container.hpp"
#include "fake_tokens.hpp"
#include "http/fake_transport.hpp"

namespace tollgate::exporters::append_blob {
namespace {

namespace asio = boost::asio;
using http::ClientRequest;

constexpr UtcTime kNow{seconds(1'794'000'000)};  // Fri, 06 Nov 2026 21:20:00 GMT
const std::string kContainer = "https://acct.blob.core.windows.net/trail";
const std::string kFirst = kContainer + "/audit/2026/11/06/21/gw.jsonl";
const std::string kSecond = kContainer + "/audit/2026/11/06/21/gw-2.jsonl";
const std::string kNextHour = kContainer + "/audit/2026/11/06/22/gw.jsonl";

std::string row(int number, const std::string& sent = "1") {
  return R"({"Sequence":)" + std::to_string(number) + R"(,"TimeGenerated":")" + sent + R"("})";
}

class AppendBlobExporterTest : public testing::Test {
 protected:
  std::unique_ptr<Exporter> make() {
    config::AppendBlob settings;
    settings.container = kContainer;
    settings.prefix = "audit";
    return make_exporter(settings, "gw", transport_, tokens_);
  }

  SendResult send(const std::vector<std::string>& rows, UtcTime now = kNow) {
    SendResult out;
    asio::co_spawn(context_, exporter_->send(rows, {now, milliseconds(1234)}),
                   [&](const std::exception_ptr& thrown, SendResult result) {
                     EXPECT_EQ(thrown, nullptr);
                     out = std::move(result);
                   });
    context_.restart();
    context_.run();
    return out;
  }
  bool accepted(const std::vector<std::string>& rows, UtcTime now = kNow) {
    return std::holds_alternative<Accepted>(send(rows, now));
  }
  RetryAfter later(const std::vector<std::string>& rows) {
    const SendResult result = send(rows);
    if (const auto* const out = std::get_if<RetryAfter>(&result)) return *out;
    ADD_FAILURE() << "is not to be tried again";
    return {};
  }
  std::string text(const std::string& url) { return storage_.blobs.at(url).text; }

  asio::io_context context_;
  FakeContainer storage_;
  std::shared_ptr<FakeTokens> tokens_ = std::make_shared<FakeTokens>();
  http::FakeTransport transport_{context_.get_executor(), [this](const ClientRequest& request) {
                                   return storage_.answer(request);
                                 }};
  std::unique_ptr<Exporter> exporter_ = make();
};

TEST_F(AppendBlobExporterTest, SendsWhatTheApiAsksFor) {
  ASSERT_TRUE(accepted({row(1), row(2)}));
  ASSERT_EQ(transport_.requests.size(), 2U);
  for (const ClientRequest& request : transport_.requests) {
    EXPECT_EQ(request.method, "PUT");
    EXPECT_EQ(request.timeout, milliseconds(1234));
    EXPECT_EQ(http::find_field(request.fields, "authorization"), "Bearer token-0");
    EXPECT_EQ(http::find_field(request.fields, "x-ms-version"), "2023-11-03");
    EXPECT_EQ(http::find_field(request.fields, "x-ms-date"), "Fri, 06 Nov 2026 21:20:00 GMT");
    EXPECT_FALSE(http::find_field(request.fields, "x-ms-client-request-id").empty());
  }
  const ClientRequest create = transport_.requests[0];
  EXPECT_EQ(create.url, kFirst);
  EXPECT_EQ(http::find_field(create.fields, "x-ms-blob-type"), "AppendBlob");
  EXPECT_EQ(http::find_field(create.fields, "if-none-match"), "*");
  EXPECT_EQ(create.body, "");
  const ClientRequest append = transport_.requests[1];
  EXPECT_EQ(append.url, kFirst + "?comp=appendblock");
  EXPECT_EQ(http::find_field(append.fields, "x-ms-blob-condition-appendpos"), "0");
  EXPECT_EQ(append.body, row(1) + "\n" + row(2) + "\n");
  ASSERT_TRUE(accepted({row(3)}));
  ASSERT_EQ(transport_.requests.size(), 3U) << "an append alone, once the blob is known";
  EXPECT_EQ(http::find_field(transport_.requests[2].fields, "x-ms-blob-condition-appendpos"),
            std::to_string(append.body.size()));
}

TEST_F(AppendBlobExporterTest, EachHourHasItsBlob) {
  ASSERT_TRUE(accepted({row(1)}));
  ASSERT_TRUE(accepted({row(2)}, kNow + seconds(3600)));
  EXPECT_EQ(text(kFirst), row(1) + "\n");
  EXPECT_EQ(text(kNextHour), row(2) + "\n");
}

TEST_F(AppendBlobExporterTest, ARowWhoseAnswerWasLostIsNotWrittenTwice) {
  storage_.lose_answers = 1;
  EXPECT_FALSE(later({row(1), row(2)}).alarm);
  // It comes again with one more behind it, and with another time of sending.
  ASSERT_TRUE(accepted({row(1, "2"), row(2, "2"), row(3, "2")}));
  EXPECT_EQ(text(kFirst), row(1) + "\n" + row(2) + "\n" + row(3, "2") + "\n");
}

TEST_F(AppendBlobExporterTest, NorWhereItComesAloneAndTheOthersLater) {
  storage_.lose_answers = 1;
  later({row(1), row(2), row(3)});
  ASSERT_TRUE(accepted({row(1)}));
  ASSERT_TRUE(accepted({row(2), row(3)}));
  ASSERT_TRUE(accepted({row(4)}));
  EXPECT_EQ(text(kFirst), row(1) + "\n" + row(2) + "\n" + row(3) + "\n" + row(4) + "\n");
}

TEST_F(AppendBlobExporterTest, NorWhereTheHourHasPassedMeanwhile) {
  storage_.lose_answers = 1;
  later({row(1)});
  ASSERT_TRUE(accepted({row(1), row(2)}, kNow + seconds(3600)));
  EXPECT_EQ(text(kFirst), row(1) + "\n");
  EXPECT_EQ(text(kNextHour), row(2) + "\n");
}

TEST_F(AppendBlobExporterTest, NorWhereTheFirstArrivesLate) {
  ASSERT_TRUE(accepted({row(1)}));
  storage_.hold_back = 1;
  later({row(2)});
  transport_.answer = [this, looked = false](const ClientRequest& request) mutable {
    Result<http::ClientResponse> out = storage_.answer(request);
    if (request.method == "HEAD" && !std::exchange(looked, true)) storage_.release();
    return out;
  };
  ASSERT_TRUE(accepted({row(2), row(3)}));
  EXPECT_EQ(text(kFirst), row(1) + "\n" + row(2) + "\n" + row(3) + "\n");
}

TEST_F(AppendBlobExporterTest, NorByTheNextRunOfTheSameHour) {
  storage_.lose_answers = 1;
  later({row(1), row(2)});
  exporter_ = make();
  ASSERT_TRUE(accepted({row(2, "9"), row(3)}));
  EXPECT_EQ(text(kFirst), row(1) + "\n" + row(2) + "\n" + row(3) + "\n");
}

TEST_F(AppendBlobExporterTest, WhatNeverArrivedIsSentAgain) {
  storage_.hold_back = 1;
  later({row(1)});
  EXPECT_EQ(text(kFirst), "");
  ASSERT_TRUE(accepted({row(1)}));
  EXPECT_EQ(text(kFirst), row(1) + "\n");
}

TEST_F(AppendBlobExporterTest, AnAnswerThatIsNotTheServicesProvesNothing) {
  transport_.answer = [this](const ClientRequest& request) -> Result<http::ClientResponse> {
    Result<http::ClientResponse> out = storage_.answer(request);
    if (request.url.ends_with("appendblock")) out->fields.clear();
    return out;
  };
  EXPECT_TRUE(later({row(1)}).alarm);
  transport_.answer = [this](const ClientRequest& request) { return storage_.answer(request); };
  ASSERT_TRUE(accepted({row(1)}));
  EXPECT_EQ(text(kFirst), row(1) + "\n");
}

TEST_F(AppendBlobExporterTest, SharesABlobWithAnotherWriterLineByLine) {
  ASSERT_TRUE(accepted({row(1)}));
  auto other = make();
  std::swap(exporter_, other);
  ASSERT_TRUE(accepted({row(101)}));
  std::swap(exporter_, other);
  ASSERT_TRUE(accepted({row(2)}));
  EXPECT_EQ(text(kFirst), row(1) + "\n" + row(101) + "\n" + row(2) + "\n");
}

TEST_F(AppendBlobExporterTest, AFullBlobIsFollowedByAnother) {
  storage_.most_blocks = 2;
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(accepted({row(i)}));
  EXPECT_EQ(text(kFirst), row(1) + "\n" + row(2) + "\n");
  EXPECT_EQ(text(kSecond), row(3) + "\n");
  exporter_ = make();
  ASSERT_TRUE(accepted({row(4)}));
  EXPECT_EQ(text(kSecond), row(3) + "\n" + row(4) + "\n");
}

TEST_F(AppendBlobExporterTest, TheLimitOfBlocksIsKnown) {
  storage_.blobs[kFirst].blocks = 49'999;
  ASSERT_TRUE(accepted({row(1)}));
  ASSERT_TRUE(accepted({row(2)}));
  EXPECT_EQ(text(kSecond), row(2) + "\n");
  for (const ClientRequest& request : transport_.requests)
    EXPECT_FALSE(request.url.starts_with(kFirst + "?") && request.body == row(2) + "\n");
}

TEST_F(AppendBlobExporterTest, SoIsOneThatIsSealedOrOfAnotherTypeOrBecameImmutable) {
  for (int kind = 0; kind < 3; ++kind) {
    exporter_ = make();
    storage_.blobs.clear();
    FakeContainer::Blob& blob = storage_.blobs[kFirst];
    blob.text = row(0) + "\n";
    blob.sealed = kind == 0;
    if (kind == 1) blob.type = "BlockBlob";
    blob.immutable = kind == 2;
    ASSERT_TRUE(accepted({row(1)})) << kind;
    EXPECT_EQ(text(kFirst), row(0) + "\n");
    EXPECT_EQ(text(kSecond), row(1) + "\n");
  }
}

TEST_F(AppendBlobExporterTest, AContainerWithoutAppendsIsToldAndNotFilledWithEmptyBlobs) {
  storage_.new_ones_immutable = true;
  for (int i = 0; i < 3; ++i) {
    const RetryAfter result = later({row(1)});
    EXPECT_TRUE(result.alarm);
    EXPECT_NE(result.why.find("protected append writes"), std::string::npos) << result.why;
  }
  EXPECT_EQ(storage_.blobs.size(), 1U);
  storage_.blobs.at(kFirst).immutable = false;
  EXPECT_TRUE(accepted({row(1)}));
}

TEST_F(AppendBlobExporterTest, ABlobThatIsGoneIsMadeAgain) {
  ASSERT_TRUE(accepted({row(1)}));
  storage_.blobs.clear();
  ASSERT_TRUE(accepted({row(2)}));
  EXPECT_EQ(text(kFirst), row(2) + "\n");
  storage_.lose_answers = 1;
  later({row(3)});
  storage_.blobs.clear();
  ASSERT_TRUE(accepted({row(3)}));
  EXPECT_EQ(text(kFirst), row(3) + "\n");
}

TEST_F(AppendBlobExporterTest, WritesNothingWithoutAToken) {
  tokens_->refusal = Error{Errc::unauthenticated, "AADSTS7000215"};
  const RetryAfter result = later({row(1)});
  EXPECT_TRUE(result.alarm);
  EXPECT_EQ(result.why, "unauthenticated: AADSTS7000215");
  EXPECT_TRUE(transport_.requests.empty());
}

TEST_F(AppendBlobExporterTest, RenewsARefusedTokenOnce) {
  transport_.answer = [this](const ClientRequest& request) -> Result<http::ClientResponse> {
    if (http::find_field(request.fields, "authorization") != "Bearer token-1")
      return http::ClientResponse{401, {}, {}};
    return storage_.answer(request);
  };
  ASSERT_TRUE(accepted({row(1)}));
  EXPECT_EQ(text(kFirst), row(1) + "\n");
}

TEST_F(AppendBlobExporterTest, GivesUpABatchAfterSoManyRequestsAndGoesOnWhereItWas) {
  for (int i = 1; i <= 9; ++i) {
    const std::string end = i == 1 ? "gw.jsonl" : "gw-" + std::to_string(i) + ".jsonl";
    storage_.blobs[kContainer + "/audit/2026/11/06/21/" + end].sealed = true;
  }
  EXPECT_FALSE(later({row(1)}).alarm);
  EXPECT_LE(transport_.requests.size(), 12U);
  ASSERT_TRUE(accepted({row(1)}));
  EXPECT_EQ(text(kContainer + "/audit/2026/11/06/21/gw-10.jsonl"), row(1) + "\n");
}

}  // namespace
}  // namespace tollgate::exporters::append_blob
