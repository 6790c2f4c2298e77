// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/caller.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <utility>

namespace tollgate::capture {
namespace {

usage::UsageRecord proved_by(const char* method, const char* proof = "verified") {
  usage::UsageRecord out;
  out.auth_method = method;
  out.caller_proof = proof;
  return out;
}

// The header beside a key would give a client's own prompts another's name: `audit export` would
// show them under it, and `audit erase` delete them.
TEST(CallerInTrail, ACustomIdIsACallerOnlyWhereItIsTheProof) {
  for (const auto& [method, caller] : {std::pair("api_key", ""),
                                       {"entra", ""},
                                       {"custom_header", "legacy-batch"},
                                       {"client_certificate", "legacy-batch"}}) {
    usage::UsageRecord record = proved_by(method);
    record.caller_custom_id = "legacy-batch";
    EXPECT_EQ(caller_in_trail(record, {}), caller) << method;
  }
}

TEST(CallerInTrail, ATokenThatNobodyHasCheckedNamesNobody) {
  for (const auto& [proof, object, app] : {std::tuple("verified", "object", "app"),
                                           {"backend_accepted", "object", "app"},
                                           {"asserted", "", ""},
                                           {"", "", ""}}) {
    usage::UsageRecord record = proved_by("entra", proof);
    record.caller_custom_id = "a word";
    record.caller_app_id = "app";
    EXPECT_EQ(caller_in_trail(record, {}), app) << proof;
    record.caller_object_id = "object";
    EXPECT_EQ(caller_in_trail(record, {}), object) << proof;
  }
}

TEST(CallerInTrail, NobodyHasNoPseudonym) {
  config::Audit settings;
  settings.caller_key = Secret("key");
  usage::UsageRecord record = proved_by("api_key");
  record.caller_custom_id = "legacy-batch";
  EXPECT_EQ(caller_in_trail(record, settings), "");
  record = proved_by("custom_header");
  record.caller_custom_id = "legacy-batch";
  EXPECT_EQ(caller_in_trail(record, settings), caller_pseudonym("legacy-batch", settings));
}

}  // namespace
}  // namespace tollgate::capture
