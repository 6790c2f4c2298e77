// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "azure_arc.hpp"

#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "pending.hpp"
#include "temporary_directory.hpp"

namespace tollgate::credentials {
namespace {

const UtcTime kNow{seconds(1'790'000'000)};
constexpr const char* kAnswer = R"({"access_token":"eyJ.arc","expires_in":"3599"})";

TEST(ArcKeyPath, IsOneOfTheAgentsOwnKeys) {
  const std::string directory = "/var/opt/azcmagent/tokens";
  for (const char* challenge : {"Basic realm=/var/opt/azcmagent/tokens/a-1.key",
                                "basic realm=\"/var/opt/azcmagent/tokens/a-1.key\"",
                                "Basic realm= /var/opt/azcmagent/tokens/a-1.key "}) {
    const auto path = arc_key_path(challenge, directory);
    ASSERT_TRUE(path) << challenge;
    EXPECT_EQ(*path, "/var/opt/azcmagent/tokens/a-1.key");
  }
  for (const char* challenge :
       {"", "Basic", "Basic realm=", "Bearer realm=/var/opt/azcmagent/tokens/a.key",
        "Basic realm=/etc/shadow", "Basic realm=/etc/ssl/private/host.key", "Basic realm=a.key",
        "Basic realm=/var/opt/azcmagent/tokens/../a.key",
        "Basic realm=/var/opt/azcmagent/tokens/b/a.key",
        "Basic realm=/var/opt/azcmagent/tokens//a.key",
        "Basic realm=/var/opt/azcmagent/tokens-2/a.key",
        "Basic realm=/var/opt/azcmagent/tokens/a.pem", "Basic realm=/var/opt/azcmagent/tokens/.key",
        "Basic realm=/var/opt/azcmagent/tokens", "Basic realm=/VAR/opt/azcmagent/tokens/a.key"}) {
    const auto path = arc_key_path(challenge, directory);
    ASSERT_FALSE(path) << challenge;
    EXPECT_EQ(path.error().code, Errc::protocol);
  }
}

class AzureArcTest : public testing::Test {
 protected:
  FetchResult fetch() {
    http::ClientRequest request;
    request.url =
        "http://localhost:40342/metadata/identity/oauth2/token?api-version=2019-11-01&resource=r";
    request.fields = {{"Metadata", "true"}};
    AzureArcFetcher fetcher(request, directory_.path(), transport_);
    return run(fetcher.fetch(kNow));
  }

  void challenge_with(const std::string& path) {
    transport_.answer(401, "", {{"WWW-Authenticate", "Basic realm=" + path}});
  }

  TemporaryDirectory directory_;
  FakeTransport transport_;
};

TEST_F(AzureArcTest, ProvesItselfWithTheKeyFileThatTheAgentNames) {
  challenge_with(directory_.write("1.key", "the-key\n"));
  transport_.answer(200, kAnswer);
  const FetchResult token = fetch();
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value.reveal(), "eyJ.arc");
  ASSERT_EQ(transport_.requests.size(), 2U);
  EXPECT_EQ(transport_.requests[0].fields, (http::Fields{{"Metadata", "true"}}));
  EXPECT_EQ(transport_.requests[1].fields,
            (http::Fields{{"Metadata", "true"}, {"Authorization", "Basic the-key"}}));
  EXPECT_EQ(transport_.requests[1].url, transport_.requests[0].url);
}

TEST_F(AzureArcTest, SendsNothingOfAFileThatIsNoKey) {
  const TemporaryDirectory elsewhere;
  const std::string link = directory_.path() + "/link.key";
  std::filesystem::create_symlink(elsewhere.write("host.key", "host-secret"), link);
  const std::pair<std::string, Errc> cases[] = {
      {elsewhere.write("other.key", "host-secret"), Errc::protocol},
      {link, Errc::storage},
      {directory_.path() + "/missing.key", Errc::storage},
      {directory_.write("large.key", std::string(4097, 'k')), Errc::storage},
      {directory_.write("lines.key", "a\r\nX-Injected: b"), Errc::protocol},
      {directory_.write("blank.key", " \n"), Errc::protocol}};
  for (const auto& [path, code] : cases) {
    transport_.requests.clear();
    challenge_with(path);
    const FetchResult token = fetch();
    ASSERT_FALSE(token) << path;
    EXPECT_EQ(token.error().error.code, code) << path;
    EXPECT_EQ(token.error().error.message.find("secret"), std::string::npos);
    EXPECT_EQ(transport_.requests.size(), 1U) << path;
  }
}

TEST_F(AzureArcTest, AWrongKeyOrAnAgentThatFailsIsTheAgentsAnswer) {
  const std::string path = directory_.write("1.key", std::string(4096, 'k'));
  challenge_with(path);
  challenge_with(path);
  EXPECT_EQ(fetch().error().error.code, Errc::unauthenticated);
  transport_.answer(500, "");
  EXPECT_EQ(fetch().error().error.code, Errc::unavailable);
  EXPECT_EQ(fetch().error().error.message, "nobody answers");
}

}  // namespace
}  // namespace tollgate::credentials
