// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "pass_through.hpp"

#include <gtest/gtest.h>

#include "pending.hpp"

namespace tollgate::credentials {
namespace {

Result<CredentialHeader> header(std::string_view authorization) {
  PassThroughAuthorizer authorizer;
  return run(authorizer.header(UtcTime(seconds(0)), authorization));
}

TEST(PassThrough, HandsOnTheCallersTokenAsItCame) {
  for (const std::string value :
       {"Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln", "bearer eyJhbGciOiJSUzI1NiJ9..c2ln",
        "Bearer eyJhbGciOiJkaXIifQ.a.b.c.d"}) {
    const Result<CredentialHeader> sent = header(value);
    ASSERT_TRUE(sent) << value;
    EXPECT_EQ(sent->name, "authorization");
    EXPECT_EQ(sent->value.reveal(), value);
  }
}

TEST(PassThrough, NeverHandsOnWhatIsNoToken) {
  for (const char* value :
       {"", "Bearer", "Bearer ", "Bearer sk-retail-primary-0001", "Bearer a.b.c",
        "Bearer W10.eyJhIjoxfQ.c2ln",   // the first part is []
        "Bearer eyJh.eyJhIjoxfQ.c2ln",  // the first part is cut off
        "Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ", "Basic eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln",
        "Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln, x",
        "Bearer  eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln"}) {
    const Result<CredentialHeader> sent = header(value);
    ASSERT_FALSE(sent) << value;
    EXPECT_EQ(sent.error().code, Errc::not_found);
    EXPECT_EQ(sent.error().message, "the caller brought no Entra token to pass on");
  }
}

}  // namespace
}  // namespace tollgate::credentials
