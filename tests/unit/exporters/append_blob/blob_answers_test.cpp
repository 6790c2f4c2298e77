// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "append_blob/blob_answers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::exporters::append_blob {
namespace {

constexpr UtcTime kNow{seconds(1'794'000'000)};

http::ClientResponse coded(int status, const std::string& code, http::Fields more = {}) {
  more.emplace_back("x-ms-error-code", code);
  return {status, more, {}};
}

struct Expected {
  int status;
  std::string code;
  Outcome outcome;
  bool alarm = false;
};

TEST(BlobAnswers, OfAnAppend) {
  const std::vector<Expected> table{
      {200, "", Outcome::unknown, true},
      {201, "", Outcome::unknown, true},
      {202, "", Outcome::unknown, true},
      {408, "", Outcome::unknown},
      {500, "OperationTimedOut", Outcome::unknown},
      {500, "InternalError", Outcome::unknown},
      {503, "ServerBusy", Outcome::unknown},
      {412, "AppendPositionConditionNotMet", Outcome::elsewhere, true},
      {412, "LeaseIdMissing", Outcome::no_more, true},
      {412, "ConditionNotMet", Outcome::refused, true},
      {409, "BlockCountExceedsLimit", Outcome::no_more, true},
      {409, "BlobIsSealed", Outcome::no_more, true},
      {409, "BlobImmutableDueToPolicy", Outcome::no_more, true},
      {409, "InvalidBlobType", Outcome::no_more, true},
      {409, "ContainerBeingDeleted", Outcome::refused, true},
      {404, "BlobNotFound", Outcome::gone, true},
      {404, "ContainerNotFound", Outcome::refused, true},
      {413, "RequestBodyTooLarge", Outcome::too_large, true},
      {400, "InvalidHeaderValue", Outcome::refused, true},
      {401, "InvalidAuthenticationInfo", Outcome::refused, true},
      {403, "AuthorizationPermissionMismatch", Outcome::refused, true},
      {429, "", Outcome::refused},
      {307, "", Outcome::refused, true}};
  for (const Expected& one : table) {
    const Judgement judged = judge_append(coded(one.status, one.code), 17, kNow);
    EXPECT_EQ(judged.outcome, one.outcome) << one.status << one.code;
    EXPECT_EQ(judged.later.alarm, one.alarm) << one.status << one.code;
    EXPECT_NE(judged.later.why.find(std::to_string(one.status)), std::string::npos);
    EXPECT_NE(judged.later.why.find(one.code), std::string::npos);
  }
}

TEST(BlobAnswers, AnAppendIsDoneWhereItWasMeantToBe) {
  const auto at = [](const char* offset) {
    return judge_append({201, {{"x-ms-blob-append-offset", offset}}, {}}, 17, kNow).outcome;
  };
  EXPECT_EQ(at("17"), Outcome::done);
  for (const char* const other : {"18", "", "x", "17x", "-17"})
    EXPECT_EQ(at(other), Outcome::unknown);
}

TEST(BlobAnswers, OfACreation) {
  const std::vector<Expected> table{{201, "", Outcome::done},
                                    {409, "BlobAlreadyExists", Outcome::there, true},
                                    {412, "ConditionNotMet", Outcome::there, true},
                                    {409, "BlobImmutableDueToPolicy", Outcome::there, true},
                                    {404, "ContainerNotFound", Outcome::refused, true},
                                    {403, "AuthorizationFailure", Outcome::refused, true},
                                    {200, "", Outcome::refused, true},
                                    {503, "ServerBusy", Outcome::refused}};
  for (const Expected& one : table) {
    const Judgement judged = judge_create(coded(one.status, one.code), kNow);
    EXPECT_EQ(judged.outcome, one.outcome) << one.status << one.code;
    EXPECT_EQ(judged.later.alarm, one.alarm) << one.status << one.code;
  }
}

TEST(BlobAnswers, OfAReading) {
  EXPECT_EQ(judge_read({200, {}, {}}, kNow).outcome, Outcome::done);
  EXPECT_EQ(judge_read({206, {}, {}}, kNow).outcome, Outcome::done);
  EXPECT_EQ(judge_read(coded(404, "BlobNotFound"), kNow).outcome, Outcome::gone);
  EXPECT_EQ(judge_read(coded(404, "ContainerNotFound"), kNow).outcome, Outcome::refused);
  EXPECT_EQ(judge_read(coded(416, "InvalidRange"), kNow).outcome, Outcome::refused);
}

TEST(BlobAnswers, SayHowLongToWait) {
  const auto judged = judge_append(coded(503, "ServerBusy", {{"Retry-After", "17"}}), 0, kNow);
  EXPECT_EQ(judged.later.at_least, seconds(17));
}

TEST(BlobAnswers, TellWhatThereIs) {
  const auto state = state_of({200,
                               {{"Content-Length", "42"},
                                {"x-ms-blob-type", "AppendBlob"},
                                {"x-ms-blob-committed-block-count", "7"}},
                               {}});
  ASSERT_TRUE(state);
  EXPECT_EQ(state->length, 42U);
  EXPECT_EQ(state->blocks, 7U);
  EXPECT_TRUE(state->takes_blocks);
  const auto sealed = state_of(
      {200,
       {{"Content-Length", "42"}, {"x-ms-blob-type", "AppendBlob"}, {"x-ms-blob-sealed", "True"}},
       {}});
  EXPECT_FALSE(sealed->takes_blocks);
  EXPECT_FALSE(state_of({200, {{"Content-Length", "42"}}, {}})->takes_blocks);
  EXPECT_EQ(state_of({200, {{"x-ms-blob-type", "AppendBlob"}}, {}}).error().code, Errc::protocol);
}

}  // namespace
}  // namespace tollgate::exporters::append_blob
