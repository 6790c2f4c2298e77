// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/seals/seals.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "seal_config.hpp"

namespace tollgate::seals {
namespace {

constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

ledger::StoredObject object_with(std::string id) {
  return {std::move(id), "blue", "east", "gpt-east", "gpt", {}};
}

void expect_same(const ledger::StoredObject& a, const ledger::StoredObject& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.client_name, b.client_name);
  EXPECT_EQ(a.backend, b.backend);
  EXPECT_EQ(a.deployment, b.deployment);
  EXPECT_EQ(a.model, b.model);
  EXPECT_EQ(a.conversation, b.conversation);
}

TEST(Seals, OpenToWhatWasSealed) {
  const auto seals = seals_of({'k'});
  for (const char* id : {"resp_0b1f4c9e2d7a8b3c68a1f0c2b7d88190a4e5d6c7b8a9f0e1d2", "file-abc", "x",
                         "batch_5f2d1c7e-0c3b-4f4e-9a41-2b6d0a4f6f10", "asst_Ab12_-x", "0",
                         "no word", "thread_", "_x", "RESP_1", "msg_\xC3\xA9\"", "resp_ABCDEF"}) {
    ledger::StoredObject object = object_with(id);
    object.conversation = "resp_first";
    const std::string sealed = seals->seal(object);
    EXPECT_TRUE(Seals::looks_sealed(sealed)) << sealed;
    const auto opened = seals->open(sealed);
    ASSERT_TRUE(opened) << sealed;
    expect_same(*opened, object);
  }
}

TEST(Seals, OpenToWhatWasSealedWhateverItIs) {
  const auto seals = seals_of({'k'});
  std::mt19937 random(20261201);
  for (int i = 0; i < 2'000; ++i) {
    ledger::StoredObject object = object_with("");
    object.id = i % 2 == 0 ? "resp_" : "";
    for (std::size_t size = random() % 300; size > 0; --size)
      object.id.push_back(static_cast<char>(random()));
    if (i % 3 == 0) object.deployment = object.model = "";
    const auto opened = seals->open(seals->seal(object));
    ASSERT_TRUE(opened);
    expect_same(*opened, object);
  }
}

// SDKs compare ids: an object must have one.
TEST(Seals, AreTheSameEachTime) {
  const auto object = object_with("resp_68a1");
  EXPECT_EQ(seals_of({'k'})->seal(object), seals_of({'k', 'o'})->seal(object));
}

TEST(Seals, HaveTheWordInFrontAndPlainCharacters) {
  const std::string sealed =
      seals_of({'k'})->seal(object_with("resp_0b1f4c9e2d7a8b3c68a1f0c2b7d88190a4e5d6c7b8a9f0e1d2"));
  EXPECT_TRUE(sealed.starts_with("resp_tg1"));
  EXPECT_EQ(sealed.find_first_not_of(kPlain), sealed.npos);
  EXPECT_LT(sealed.size(), 150U);
}

// Paths take names of 256 bytes.
TEST(Seals, WithAConversationAreNoLongerThanAPathTakes) {
  ledger::StoredObject object =
      object_with("resp_0b1f4c9e2d7a8b3c68a1f0c2b7d88190a4e5d6c7b8a9f0e1d2");
  object.conversation = std::string(64, '!');
  EXPECT_LT(seals_of({'k'})->seal(object).size(), 240U);
  object.conversation.push_back('!');
  EXPECT_EQ(seals_of({'k'})->open(seals_of({'k'})->seal(object))->conversation, "");
}

TEST(Seals, SayNothingOfNamesByTheirLength) {
  const auto seals = seals_of({'k'});
  ledger::StoredObject object = object_with("resp_68a1");
  const std::size_t size = seals->seal(object).size();
  object.client_name = std::string(200, 'c');
  object.backend = std::string(200, 'b');
  EXPECT_EQ(seals->seal(object).size(), size);
}

TEST(Seals, DoNotOpenWithAnyCharacterChanged) {
  const auto seals = seals_of({'k'});
  const std::string sealed = seals->seal(object_with("resp_68a1f0c2b7d88190a4e5"));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    for (const char c : kPlain) {
      std::string other = sealed;
      if (std::exchange(other[at], c) == c) continue;
      EXPECT_FALSE(seals->open(other)) << other;
    }
    EXPECT_FALSE(seals->open(sealed.substr(0, at)));
    EXPECT_FALSE(seals->open(sealed.substr(at + 1)));
    EXPECT_FALSE(seals->open(std::string(sealed).insert(at, "A")));
  }
  EXPECT_FALSE(seals->open(sealed + "A"));
  EXPECT_FALSE(seals->open(sealed + "="));
}

TEST(Seals, AreBoundToTheirWord) {
  const auto seals = seals_of({'k'});
  const std::string sealed = seals->seal(object_with("resp_68a1f0c2b7d88190a4e5"));
  EXPECT_FALSE(seals->open("file-" + sealed.substr(5)));
  EXPECT_FALSE(seals->open(sealed.substr(5)));
}

TEST(Seals, OfAnOldKeyOpenAndOfAStrangersDoNot) {
  const auto object = object_with("resp_68a1");
  const std::string old = seals_of({'o'})->seal(object);
  const auto both = seals_of({'n', 'o'});
  EXPECT_TRUE(both->open(old));
  EXPECT_NE(both->seal(object), old);
  EXPECT_EQ(both->seal(object), seals_of({'n'})->seal(object));
  EXPECT_FALSE(seals_of({'n'})->open(old));
}

// Two keys in 256 have the same name, and then each is tried.
TEST(Seals, OpenAlsoWhereTwoKeysHaveOneName) {
  const auto object = object_with("resp_68a1");
  for (int i = 0; i < 256; ++i) {
    const auto key = static_cast<char>(i);
    const std::string sealed = seals_of({key})->seal(object);
    EXPECT_TRUE(seals_of({static_cast<char>(i + 1), key})->open(sealed)) << i;
  }
}

TEST(Seals, DoNotNameWhatTheConfigurationHasNoMore) {
  ledger::StoredObject object = object_with("resp_68a1");
  object.client_name = "gone";
  object.backend = "gone too";
  const auto opened = seals_of({'k'})->open(seals_of({'k'})->seal(object));
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->client_name, "");
  EXPECT_EQ(opened->backend, "");
  EXPECT_EQ(opened->model, "gpt");
}

TEST(Seals, AreMadeAndOpenedByAllWorkersAtOnce) {
  const auto seals = seals_of({'k'});
  std::vector<std::thread> workers;
  std::atomic<int> same = 0;
  for (int worker = 0; worker < 4; ++worker) {
    workers.emplace_back([&seals, &same, worker] {
      for (int i = 0; i < 500; ++i) {
        const std::string id = "resp_" + std::to_string(worker * 1'000 + i);
        const auto opened = seals->open(seals->seal(object_with(id)));
        if (opened && opened->id == id) ++same;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(same, 2'000);
}

TEST(Seals, AreNoIdsOfBackends) {
  const auto seals = seals_of({'k'});
  for (const char* id : {"", "resp_", "resp_tg1", "resp_68a1f0c2b7d88190a4e5", "tg1",
                         "resp_tg1AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    EXPECT_FALSE(seals->open(id)) << id;
}

}  // namespace
}  // namespace tollgate::seals
