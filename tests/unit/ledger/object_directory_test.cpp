// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/object_directory.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "sample_record.hpp"
#include "sqlite_ledger_fixture.hpp"

// What look-ups cost is counted in turns of the one disk that all clients share, never in time.
namespace tollgate::ledger {
namespace {

/// A request that asks; it begins at once.
struct Asking {
  explicit Asking(std::string name) : client(std::move(name)) {}
  std::string client;
  Cancellation cancellation;
  std::size_t judged = 0;
  std::optional<Result<FoundObjects>> answer;
};

class ObjectDirectoryTest : public SqliteLedgerTest {
 protected:
  ObjectDirectoryTest() {
    usage::UsageRecord made = sample_close(1);
    made.client_name = "retail";
    made.stored_objects = {"file-1", "file-2"};
    EXPECT_TRUE(ledger_->journal(0).close(made));
    EXPECT_TRUE(ledger_->flush());
  }

  static std::vector<std::string> unknown_ids(std::size_t count) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back("unknown-" + std::to_string(i));
    return out;
  }

  /// `refuses`: the judge ends at this id.
  Asking& ask(const std::string& client, std::vector<std::string> ids,
              const std::string& refuses = "") {
    Asking& out = asking_.emplace_back(client);
    auto judge = [&out, refuses](const std::string& id, const StoredObject*) -> Result<void> {
      ++out.judged;
      return id == refuses ? Result<void>(Error{Errc::forbidden, id}) : Result<void>();
    };
    boost::asio::co_spawn(
        worker_, directory_.find_all({client, std::move(ids), judge, &told_}, out.cancellation),
        [&out](const std::exception_ptr& thrown, Result<FoundObjects> found) {
          ASSERT_FALSE(thrown);
          out.answer = std::move(found);
        });
    run_worker();
    return out;
  }
  void run_worker() {
    worker_.restart();
    worker_.poll();
  }
  /// One turn of the disk; false: nothing was to be done.
  bool turn() {
    disk_.restart();
    const bool done = disk_.poll_one() != 0;
    run_worker();
    return done;
  }
  std::size_t turns_until(const Asking& one) {
    std::size_t out = 0;
    while (!one.answer && turn()) ++out;
    EXPECT_TRUE(one.answer);
    return out;
  }

  std::unique_ptr<Ledger> ledger_ = open();
  boost::asio::io_context disk_;
  ObjectDirectory directory_{*ledger_, disk_.get_executor()};
  FoundObjects told_;
  std::list<Asking> asking_;
  boost::asio::io_context worker_;  // destroyed first: what still waits is given up
};

TEST_F(ObjectDirectoryTest, AsksForManyIdsInOneTurn) {
  std::vector<std::string> ids = unknown_ids(ObjectDirectory::kTurn - 2);
  ids.insert(ids.begin() + 5, {"file-1", "file-2"});
  const Asking& one = ask("retail", ids);
  EXPECT_EQ(turns_until(one), 1U);
  ASSERT_TRUE(*one.answer);
  EXPECT_EQ((*one.answer)->size(), 2U);
  EXPECT_EQ((*one.answer)->at("file-2").client_name, "retail");
  EXPECT_EQ(one.judged, ids.size());
}

TEST_F(ObjectDirectoryTest, AFloodCostsAnotherClientOneTurnForEachOfItsOwn) {
  for (int i = 0; i < 16; ++i) ask("greedy", unknown_ids(10'000));
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(turn());
  const Asking& one = ask("retail", {"file-1", "file-2", "x"});
  EXPECT_LE(turns_until(one), 2U);
  const Asking& longer = ask("retail", unknown_ids(3 * ObjectDirectory::kTurn));
  EXPECT_LE(turns_until(longer), 6U);
  for (const Asking& flood : asking_) EXPECT_EQ(flood.answer.has_value(), flood.client == "retail");
}

TEST_F(ObjectDirectoryTest, EveryOneOfTheFloodIsServedInTheEnd) {
  for (int i = 0; i < 4; ++i) ask("greedy", unknown_ids(1'000));
  ask("retail", unknown_ids(100));
  std::size_t turns = 0;
  while (turn()) ++turns;
  EXPECT_EQ(turns, 4U * 16 + 2);
  for (const Asking& one : asking_) EXPECT_TRUE(one.answer && *one.answer);
}

TEST_F(ObjectDirectoryTest, AsksNoFurtherThanTheIdThatDecides) {
  std::vector<std::string> ids = unknown_ids(10'000);
  const Asking& early = ask("greedy", ids, "unknown-3");
  EXPECT_EQ(turns_until(early), 1U);
  ASSERT_FALSE(*early.answer);
  EXPECT_EQ(early.answer->error().message, "unknown-3");
  const Asking& later = ask("greedy", ids, "unknown-130");
  EXPECT_EQ(turns_until(later), 3U);
  EXPECT_EQ(later.judged, 131U);
}

TEST_F(ObjectDirectoryTest, AListNamesAgainOnlyWhatNoRecordSaysAlready) {
  directory_.note({.id = "msg-1", .client_name = "retail", .backend = "b"});
  directory_.note({.id = "msg-2", .client_name = "other", .backend = "b"});
  directory_.note({.id = "msg-3", .client_name = "retail", .backend = "c"});
  directory_.note(
      {.id = "msg-4", .client_name = "retail", .backend = "b", .conversation = "conv-1"});
  usage::UsageRecord list;
  list.client_name = "retail";
  list.backend = "b";
  const std::vector<std::string> shown{"msg-1", "msg-2", "msg-3", "msg-4", "msg-5"};
  list.stored_objects = shown;
  directory_.leave_out_kept(list);
  EXPECT_EQ(list.stored_objects, shown) << "memory alone knows them";
  directory_.note_kept(list);
  directory_.leave_out_kept(list);
  EXPECT_EQ(list.stored_objects, (std::vector<std::string>{"msg-2", "msg-3", "msg-4", "msg-5"}))
      << "that msg-4 belongs to a conversation was not said";
  list.stored_objects = shown;
  list.conversation_id = "conv-1";
  directory_.note_kept(list);
  directory_.leave_out_kept(list);
  EXPECT_EQ(list.stored_objects, (std::vector<std::string>{"msg-1", "msg-2", "msg-3", "msg-5"}))
      << "that msg-1 belongs to the conversation is news";
}

TEST_F(ObjectDirectoryTest, WhatMemoryKnowsNeedsNoDisk) {
  directory_.note({.id = "file-3", .client_name = "other", .backend = "b"});
  const Asking& one = ask("retail", {"file-3"});
  ASSERT_TRUE(one.answer);
  EXPECT_EQ((*one.answer)->at("file-3").client_name, "other");
  std::vector<std::string> ids = unknown_ids(5'000);
  for (const std::string& id : ids) directory_.note({.id = id, .client_name = "retail"});
  const Asking& all = ask("retail", ids);
  ASSERT_TRUE(all.answer);
  EXPECT_EQ((*all.answer)->size(), 5'000U);
  EXPECT_FALSE(turn());
}

TEST_F(ObjectDirectoryTest, WhatTheRequestTellsIsAskedNowhereElse) {
  told_["file-1"] = {"file-1", "another", "west", {}, {}, {}};
  directory_.note({"file-1", "retail", "east", {}, {}, {}});
  const Asking& one = ask("retail", {"file-1"});
  ASSERT_TRUE(one.answer && *one.answer) << "no disk was waited for";
  EXPECT_EQ((*one.answer)->at("file-1").backend, "west");
  EXPECT_EQ(one.judged, 1U);
}

TEST_F(ObjectDirectoryTest, AsksNothingMoreForAClientThatHasLeft) {
  Asking& one = ask("retail", unknown_ids(10'000));
  ASSERT_TRUE(turn());
  one.cancellation.client_left();
  EXPECT_LE(turns_until(one), 1U);
  ASSERT_FALSE(*one.answer);
  EXPECT_EQ(one.answer->error().code, Errc::cancelled);
}

TEST_F(ObjectDirectoryTest, AGatewayThatStopsWaitsForNoTurn) {
  Asking& one = ask("retail", unknown_ids(100));
  EXPECT_FALSE(one.answer);
  one.cancellation.stop();
  run_worker();
  ASSERT_TRUE(one.answer);
  EXPECT_EQ(one.answer->error().code, Errc::cancelled);
  EXPECT_TRUE(turn()) << "the disk's turn goes nowhere";
}

}  // namespace
}  // namespace tollgate::ledger
