// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "nothing_found.hpp"

#include <gtest/gtest.h>

#include "open_trail.hpp"

namespace tollgate::app {
namespace {

constexpr const char* kNoEndUser =
    "; a caller is a row's CallerId, which was proved, not its EndUser, which a client may write "
    "as "
    "it likes: `tollgate records --caller` finds an end user's records, and `tollgate audit show` "
    "the exchange of each";

config::Config with_client(const char* name) {
  config::Config out;
  out.clients.emplace_back().name = name;
  return out;
}

TEST(NothingFound, AClientsNameThatIsNoneIsDoubted) {
  const config::Config config = with_client("retail-chatbot");
  AuditOptions options;
  EXPECT_EQ(why_nothing_found(options, config), "");
  options.client = "retail-chatbt";
  EXPECT_EQ(why_nothing_found(options, config), "; did you mean retail-chatbot?");
  options.client = "retail-chatbot";
  EXPECT_EQ(why_nothing_found(options, config), "") << "it is one, and has nothing there";
  options.client = "gone";
  EXPECT_EQ(why_nothing_found(options, config), "") << "it may be one of before";
}

// Under another key a caller had other pseudonyms: that nothing is there was said of nobody.
TEST(NothingFound, APseudonymIsNamed) {
  config::Config config = with_client("retail-chatbot");
  AuditOptions options;
  options.caller = "bob";
  EXPECT_EQ(why_nothing_found(options, config), kNoEndUser) << "rows have callers as they are";
  config.audit.caller_key = Secret("a key of at least sixteen bytes");
  const std::string pseudonym = caller_in_rows("bob", config.audit);
  ASSERT_EQ(pseudonym.size(), 64U);
  EXPECT_EQ(why_nothing_found(options, config), "; the caller was looked for as " + pseudonym +
                                                    ": was audit.caller_key changed?" + kNoEndUser)
      << "an end user has a pseudonym as well, where somebody looks for it";
  options.caller = pseudonym;
  EXPECT_EQ(why_nothing_found(options, config), kNoEndUser) << "as the operator has it";
}

TEST(NothingFound, MayBeWhatRedactionTakesOut) {
  const config::Config config;
  AuditOptions options;
  options.text = "anna.schmidt@contoso.com";
  EXPECT_EQ(why_nothing_found(options, config),
            "; redaction takes that text out of what is kept, so nothing can be found by it");
  options.text = "budget";
  EXPECT_EQ(why_nothing_found(options, config), "");
}

}  // namespace
}  // namespace tollgate::app
