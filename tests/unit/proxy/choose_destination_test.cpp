// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "destination_fixture.hpp"
#include "exporters/fake_ledger.hpp"
#include "stage_fixture.hpp"

// The stage that says who may answer: the objects that it looks up, and what becomes of a caller
// whom nobody has checked. What decides is destination_test.cpp's.
namespace tollgate::proxy {
namespace {

/// Knows whose objects are whose.
class ObjectsLedger : public exporters::FakeLedger {
 public:
  Result<std::vector<ledger::StoredObject>> find_objects(
      std::span<const std::string> ids) override {
    if (fails) return Error{Errc::storage, "disk I/O error"};
    std::vector<ledger::StoredObject> out;
    for (const std::string& id : ids) {
      const auto found = owners.find(id);
      if (found != owners.end())
        out.push_back({.id = id, .client_name = found->second, .backend = "other"});
    }
    return out;
  }
  std::map<std::string, std::string> owners;
  bool fails = false;
};

class ChooseDestinationTest : public StageTest {
 protected:
  std::optional<OrRefusal<Destination>>& choose(
      const std::string& body, auth::CallerProof proof = auth::CallerProof::verified) {
    names_ = operations::read_names(target_, {}, body).value();
    chosen_.reset();
    begin(chosen_, choose_destination({target_, nullptr, names_, client_}, proof, routes_, objects_,
                                      cancellation_));
    return chosen_;
  }
  void disk_turns() {
    disk_.restart();
    disk_.poll();
    run();
  }
  /// The refusal's status, once the disk has answered; -1: none.
  int refused(const std::string& body) {
    choose(body);
    disk_turns();
    return chosen_ && !*chosen_ ? chosen_->error().status : -1;
  }

  config::Config config_ = destination_tests::make_config();
  config::Client client_ = destination_tests::make_client();
  routing::RouteTable routes_{config_};
  ObjectsLedger ledger_;
  boost::asio::io_context disk_;
  ledger::ObjectDirectory objects_{ledger_, disk_.get_executor()};
  operations::RequestTarget target_ =
      operations::parse_target("POST", "/openai/v1/responses").value();
  std::vector<operations::RequestName> names_;
  std::optional<OrRefusal<Destination>> chosen_;
};

TEST_F(ChooseDestinationTest, AModelAloneWaitsForNoDisk) {
  const auto& chosen = choose(R"({"model":"gpt-4o"})");
  ASSERT_TRUE(chosen && *chosen);
  EXPECT_EQ((*chosen)->route().candidates.size(), 2U);
}

TEST_F(ChooseDestinationTest, ItsOwnObjectsAreLookedUpAndBindIt) {
  ledger_.owners["file-1"] = "alice";
  const auto& chosen = choose(R"({"model":"gpt-4o","file_id":"file-1"})");
  EXPECT_FALSE(chosen) << "it waits for the disk";
  disk_turns();
  ASSERT_TRUE(chosen && *chosen);
  ASSERT_EQ((*chosen)->route().candidates.size(), 1U);
  EXPECT_EQ((*chosen)->route().candidates.front().deployment, "gpt-other");
}

TEST_F(ChooseDestinationTest, WhatItMayNotUseIsRefusedAndTheLogToldWhy) {
  ledger_.owners["file-2"] = "bob";
  EXPECT_EQ(refused(R"({"model":"gpt-4o","file_id":"file-2"})"), 403);
  EXPECT_FALSE(chosen_->error().detail.empty());
  EXPECT_EQ(refused(R"({"model":"gpt-4o","file_id":"file-3"})"), 404);
  EXPECT_EQ(refused(R"({"model":"secret"})"), 403);
  EXPECT_EQ(refused(R"({"input":"Hi"})"), 400);
  ledger_.fails = true;
  EXPECT_EQ(refused(R"({"model":"gpt-4o","file_id":"file-4"})"), 503);
}

TEST_F(ChooseDestinationTest, WhenNobodyWaitsAnyMoreNobodyIsTold) {
  choose(R"({"model":"gpt-4o","file_id":"file-1"})");
  cancellation_.stop();
  run();
  ASSERT_TRUE(chosen_);
  EXPECT_EQ(chosen_->error().status, no_answer().status);
}

// The gateway's own credentials are not for somebody whom it has not checked.
TEST_F(ChooseDestinationTest, AnUncheckedCallerIsLeftWithBackendsThatCheckIt) {
  for (const auth::CallerProof proof :
       {auth::CallerProof::asserted, auth::CallerProof::backend_accepted}) {
    const auto& none = choose(R"({"model":"gpt-4o"})", proof);
    ASSERT_TRUE(none);
    EXPECT_EQ(none->error().status, 403);
    EXPECT_NE(none->error().message.find("token is for the backend"), std::string::npos);
  }
  config_.backends[1].credential = config::PassThroughCredential{};
  const auto& chosen = choose(R"({"model":"gpt-4o"})", auth::CallerProof::asserted);
  ASSERT_TRUE(chosen && *chosen);
  ASSERT_EQ((*chosen)->route().candidates.size(), 1U);
  EXPECT_EQ((*chosen)->route().candidates.front().backend->name, "other");
}

}  // namespace
}  // namespace tollgate::proxy
