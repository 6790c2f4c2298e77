// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <list>
#include <map>

#include "store_test.hpp"

namespace tollgate::redis {
namespace {

const Script kAdd("return redis.call('INCRBY', KEYS[1], ARGV[1])");

/// Three primaries with a third of the slots each.
class Cluster : public StoreTest {
 protected:
  static constexpr unsigned kThird = kSlots / 3;

  Cluster() {
    for (int i = 0; i < 3; ++i)
      nodes_.emplace_back(std::vector<std::string>{
          "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port",
          std::to_string(unused_port()), "--cluster-node-timeout", "1000",
          "--cluster-require-full-coverage", "no"});
    for (int i = 0; i < 3; ++i) {
      node(i).ask({"CLUSTER", "ADDSLOTSRANGE", std::to_string(i * kThird),
                   std::to_string(i == 2 ? kSlots - 1 : (i + 1) * kThird - 1)});
      node(i).ask({"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
    }
    for (int i = 1; i < 3; ++i)
      node(0).ask(
          {"CLUSTER", "MEET", "127.0.0.1", std::to_string(node(i).port()), bus_port(node(i))});
    for (int i = 0; i < 3; ++i)
      wait([&] {
        return node(i).ask({"CLUSTER", "INFO"}).find("cluster_known_nodes:3") !=
                   std::string::npos &&
               node(i).ask({"CLUSTER", "INFO"}).find("cluster_state:ok") != std::string::npos;
      });
  }

  RedisServer& node(int number) { return *std::next(nodes_.begin(), number); }
  static std::string bus_port(const RedisServer& server) {
    const std::string answer = server.ask({"CONFIG", "GET", "cluster-port"});
    const std::size_t end = answer.rfind("\r\n");
    const std::size_t begin = answer.rfind("\r\n", end - 1) + 2;
    return answer.substr(begin, end - begin);
  }
  static std::string id_of(const RedisServer& server) {
    return server.ask({"CLUSTER", "MYID"}).substr(5, 40);
  }
  RedisServer& owner_of(const std::string& key) {
    return node(static_cast<int>(std::min(slot_of(key) / kThird, 2U)));
  }
  /// As redis-cli does it: the slot's keys first, then the slot.
  void migrate(const std::string& key, RedisServer& from, RedisServer& to) {
    const std::string slot = std::to_string(slot_of(key));
    to.ask({"CLUSTER", "SETSLOT", slot, "IMPORTING", id_of(from)});
    from.ask({"CLUSTER", "SETSLOT", slot, "MIGRATING", id_of(to)});
    from.ask({"MIGRATE", "127.0.0.1", std::to_string(to.port()), key, "0", "5000"});
  }
  void settle(const std::string& key, const RedisServer& to) {
    for (RedisServer& one : nodes_)
      one.ask({"CLUSTER", "SETSLOT", std::to_string(slot_of(key)), "NODE", id_of(to)});
  }

  std::list<RedisServer> nodes_;
};

TEST_F(Cluster, EachKeyIsAskedForWhereItIs) {
  connect(node(0));
  for (int i = 0; i < 100; ++i) {
    const std::string key = "{" + std::to_string(i) + "}k";
    EXPECT_EQ(call(Call::eval(kAdd, {key}, {"1"}))->integer, 1) << key;
    EXPECT_NE(owner_of(key).ask({"GET", key}).find("1"), std::string::npos) << key;
  }
}

TEST_F(Cluster, ASlotMovesWhileCallsRunAndNoneIsLostOrOutOfOrder) {
  connect(node(0));
  const std::string key = "{moving}k";
  RedisServer& from = owner_of(key);
  RedisServer& to = &from == &node(0) ? node(1) : node(0);
  std::int64_t sent = 0;
  std::int64_t answered = 0;
  bool in_order = true;
  const auto run_calls = [&](int count) {
    for (int i = 0; i < count; ++i) {
      ++sent;
      client_->send(Call::eval(kAdd, {key}, {"1"}), [&](const Answer& answer) {
        ++answered;
        in_order = in_order && answer && answer->integer == answered;
      });
    }
    context_.restart();
    context_.poll();
  };
  run_calls(100);
  migrate(key, from, to);
  run_calls(100);
  wait([&] { return answered == sent; });
  run_calls(100);
  settle(key, to);
  run_calls(100);
  wait([&] { return answered > sent - 50; });
  run_calls(100);
  wait([&] { return answered == sent; });
  EXPECT_TRUE(in_order);
  EXPECT_EQ(call(Call::eval(kAdd, {key}, {"0"}))->integer, sent);
  EXPECT_TRUE(client_->ready());
}

TEST_F(Cluster, OneNodesEndLeavesTheOthersSlotsServed) {
  settings_.timeout = milliseconds(200);
  connect(node(0));
  const std::string lost = "{moving}k";
  RedisServer& gone = owner_of(lost);
  std::string other;
  for (int i = 0; other.empty(); ++i) {
    const std::string key = "{" + std::to_string(i) + "}k";
    if (&owner_of(key) != &gone) other = key;
  }
  gone.kill();
  wait([&] { return health_.status().state == Health::State::down; });
  EXPECT_NE(kind(call(Call::eval(kAdd, {lost}, {"1"}))), "ok");
  EXPECT_EQ(kind(call(Call::eval(kAdd, {other}, {"1"}))), "ok");
}

}  // namespace
}  // namespace tollgate::redis
