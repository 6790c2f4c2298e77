// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_table.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::auth {
namespace {

// A12: what is compared is of one length whatever was presented.
static_assert(sizeof(config::ApiKey::sha256) == 32);

config::Client client(const std::string& name) {
  config::Client out;
  out.name = name;
  return out;
}

config::Client with_key(const std::string& name, const std::string& key_name,
                        const std::string& key) {
  config::Client out = client(name);
  out.api_keys.push_back({key_name, sha256(key)});
  return out;
}

TEST(ClientTable, FindsTheOwnerAndTheNameOfAKey) {
  config::Config config;
  config.clients = {with_key("retail", "primary", "k1"), with_key("research", "only", "k3")};
  config.clients[0].api_keys.push_back({"rollover", sha256("k2")});
  const ClientTable table(config);
  EXPECT_EQ(table.by_api_key("k1").client->name, "retail");
  EXPECT_EQ(table.by_api_key("k2").key->name, "rollover");
  EXPECT_EQ(table.by_api_key("k3").client->name, "research");
  for (const std::string& key :
       {std::string(), std::string("k"), std::string("k11"), std::string("K1"),
        std::string("k1\0", 3), std::string("\xFF\xFE"), std::string(1 << 20, 'k')}) {
    EXPECT_EQ(table.by_api_key(key).client, nullptr) << key.size();
  }
}

TEST(ClientTable, ComparesEveryKeyEvenAfterAMatch) {
  config::Config config;  // two owners of one key, which a checked configuration never has, show it
  config.clients = {with_key("first", "a", "same"), with_key("last", "b", "same")};
  EXPECT_EQ(ClientTable(config).by_api_key("same").client->name, "last");
}

TEST(ClientTable, FindsHeaderValuesExactly) {
  config::Config config;
  config.clients = {client("legacy")};
  config.clients[0].header_values = {"legacy-batch"};
  const ClientTable table(config);
  EXPECT_EQ(table.by_header_value("legacy-batch")->name, "legacy");
  EXPECT_EQ(table.by_header_value("Legacy-Batch"), nullptr);
  EXPECT_EQ(table.by_header_value(""), nullptr);
}

TEST(ClientTable, TheMostSpecificProofWins) {
  config::Config config;
  config.clients = {client("by_group"), client("by_role"), client("by_app"), client("by_object")};
  config.clients[0].entra.groups = {"group"};
  config.clients[1].entra.roles = {"role"};
  config.clients[2].entra.app_ids = {"app"};
  config.clients[3].entra.object_ids = {"object"};
  const ClientTable table(config);
  TokenIdentity identity;
  EXPECT_EQ(table.by_token(identity), nullptr);
  identity.groups = {"unknown", "group"};
  EXPECT_EQ(table.by_token(identity)->name, "by_group");
  identity.roles = {"role"};
  EXPECT_EQ(table.by_token(identity)->name, "by_role");
  identity.app_id = "app";
  EXPECT_EQ(table.by_token(identity)->name, "by_app");
  identity.object_id = "object";
  EXPECT_EQ(table.by_token(identity)->name, "by_object");
}

TEST(ClientTable, TellsAnApplicationFromItsUsers) {
  config::Config config;
  config.clients = {client("itself"), client("for_users"), client("either")};
  config.clients[0].entra.app_ids = {"app"};
  config.clients[0].entra.token_type = config::TokenType::app;
  config.clients[1].entra.app_ids = {"app"};
  config.clients[1].entra.token_type = config::TokenType::user;
  config.clients[2].entra.app_ids = {"other"};
  const ClientTable table(config);
  TokenIdentity identity;
  identity.app_id = "app";
  EXPECT_EQ(table.by_token(identity)->name, "itself");
  identity.for_user = true;
  EXPECT_EQ(table.by_token(identity)->name, "for_users");
  identity.app_id = "other";
  EXPECT_EQ(table.by_token(identity)->name, "either");
  identity.for_user = false;
  EXPECT_EQ(table.by_token(identity)->name, "either");
}

TEST(ClientTable, AClientOfOneTenantGoesBeforeOneOfAny) {
  config::Config config;
  config.clients = {client("any"), client("second")};
  config.clients[0].entra.app_ids = {"app"};
  config.clients[1].entra.app_ids = {"app"};
  config.clients[1].entra.roles = {"role"};
  config.clients[1].entra.tenants = {"tenant-2"};
  const ClientTable table(config);
  TokenIdentity identity;
  identity.app_id = "app";
  identity.tenant_id = "tenant-1";
  EXPECT_EQ(table.by_token(identity)->name, "any");
  identity.tenant_id = "tenant-2";
  EXPECT_EQ(table.by_token(identity)->name, "second");
  identity.app_id = "";
  identity.roles = {"role"};  // the administrators of the other tenant grant roles of their own
  EXPECT_EQ(table.by_token(identity)->name, "second");
  identity.tenant_id = "tenant-1";
  EXPECT_EQ(table.by_token(identity), nullptr);
}

TEST(ClientTable, SaysWhenGroupsDidNotFitIntoTheToken) {
  config::Config config;
  config.clients = {client("by_group")};
  config.clients[0].entra.groups = {"group"};
  const ClientTable table(config);
  TokenIdentity identity;
  identity.groups_elsewhere = true;
  const Result<Caller> caller = table.caller_by_token(identity);
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().code, Errc::forbidden);
  EXPECT_NE(caller.error().message.find("groups"), std::string::npos);
}

}  // namespace
}  // namespace tollgate::auth
