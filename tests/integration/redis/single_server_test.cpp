// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <fstream>

#include "certificate_authority.hpp"
#include "store_test.hpp"

namespace tollgate::redis {
namespace {

const Script kAdd("return redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])");
const Script kFail("return redis.error_reply('ERR own words')");

class SingleServer : public StoreTest {
 protected:
  Answer add(const std::string& amount) { return call(Call::eval(kAdd, {"{k}"}, {"f", amount})); }
};

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

TEST_F(SingleServer, AnswersCommandsAndScripts) {
  const RedisServer server;
  connect(server);
  EXPECT_EQ(command({"SET", "a", "x\r\ny"})->text, "OK");
  EXPECT_EQ(command({"GET", "a"})->text, "x\r\ny");
  EXPECT_TRUE(command({"GET", "none"})->is_nil());
  EXPECT_EQ(add("2")->integer, 2);
  EXPECT_EQ(add("3")->integer, 5);
  const Answer failed = call(Call::eval(kFail, {"a"}, {}));
  EXPECT_EQ(kind(failed), "refused");
  EXPECT_TRUE(health_.problems().empty());
}

TEST_F(SingleServer, ManyCallsAtOnceKeepTheirOrder) {
  const RedisServer server;
  connect(server);
  constexpr int kCalls = 5000;
  int next = 1;
  bool in_order = true;
  for (int i = 0; i < kCalls; ++i) {
    client_->send(Call::eval(kAdd, {"{k}"}, {"f", "1"}), [&](const Answer& answer) {
      in_order = in_order && answer && answer->integer == next;
      ++next;
    });
  }
  wait([&] { return next > kCalls; });
  EXPECT_TRUE(in_order);
}

TEST_F(SingleServer, AForgottenScriptIsTaughtAgainInOrder) {
  const RedisServer server;
  connect(server);
  EXPECT_EQ(add("1")->integer, 1);
  server.ask({"SCRIPT", "FLUSH"});
  std::vector<std::int64_t> sums;
  for (int i = 0; i < 3; ++i)
    client_->send(Call::eval(kAdd, {"{k}"}, {"f", "1"}),
                  [&](const Answer& answer) { sums.push_back(answer ? answer->integer : -1); });
  wait([&] { return sums.size() == 3; });
  EXPECT_EQ(sums, (std::vector<std::int64_t>{2, 3, 4}));
  server.ask({"FLUSHALL"});
  EXPECT_EQ(add("1")->integer, 1);
}

TEST_F(SingleServer, APasswordIsNeededAndProves) {
  const RedisServer server({"--requirepass", "right"});
  settings_.password = Secret("right");
  connect(server);
  EXPECT_EQ(command({"GET", "a"}).has_value(), true);
  for (const char* wrong : {"wrong", ""}) {
    settings_.password = Secret(wrong);
    connect(server.port());
    wait([&] { return health_.status().state == Health::State::down; });
    EXPECT_EQ(kind(command({"GET", "a"})), "down");
    EXPECT_EQ(health_.status().why.find("right"), std::string::npos);
  }
}

TEST_F(SingleServer, ANamedUserProvesItself) {
  const RedisServer server;
  server.ask({"ACL", "SETUSER", "gw", "on", ">secret", "~tollgate:*", "+@all", "-@admin", "-info"});
  settings_.user = "gw";
  settings_.password = Secret("secret");
  connect(server);
  EXPECT_EQ(kind(command({"GET", "tollgate:a"})), "ok");
  EXPECT_EQ(kind(command({"GET", "other"})), "unauthenticated");
  EXPECT_TRUE(client_->ready());
}

TEST_F(SingleServer, SpeaksTlsToWhomItTrusts) {
  const simulator::CertificateAuthority authority;
  const simulator::IssuedCertificate issued = authority.issue({});
  const std::string files = testing::TempDir() + "tollgate-store-";
  write_file(files + "cert.pem", issued.chain_pem());
  write_file(files + "key.pem", issued.key_pem);
  write_file(files + "ca.pem", authority.certificate_pem());
  const RedisServer server({"--tls-cert-file", files + "cert.pem", "--tls-key-file",
                            files + "key.pem", "--tls-ca-cert-file", files + "ca.pem"},
                           true);
  settings_.tls = true;
  tls_.emplace(net::ClientTls::make({files + "ca.pem"}).value());
  connect(server);
  EXPECT_EQ(add("1")->integer, 1);
  settings_.server_name = "other.example";
  connect(server.port());
  wait([&] { return health_.status().state == Health::State::down; });
}

TEST_F(SingleServer, IsFoundAgainAfterACrash) {
  RedisServer server;
  connect(server);
  EXPECT_EQ(add("1")->integer, 1);
  const std::uint64_t session = client_->session();
  server.kill();
  wait([&] { return health_.status().state == Health::State::down; });
  const SteadyTime before = std::chrono::steady_clock::now();
  EXPECT_EQ(kind(add("1")), "down");
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(500));
  server.start();
  wait([&] { return client_->ready(); });
  EXPECT_GT(client_->session(), session);
  EXPECT_EQ(add("1")->integer, 1) << "the script is sent whole to a server that is new";
}

TEST_F(SingleServer, ThatHangsKeepsNobodyWaiting) {
  RedisServer server;
  settings_.timeout = milliseconds(50);
  connect(server);
  server.pause();
  const SteadyTime before = std::chrono::steady_clock::now();
  EXPECT_EQ(kind(add("1")), "timeout");
  EXPECT_EQ(kind(add("1")), "down");
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds(500));
  server.resume();
  wait([&] { return client_->ready(); });
  EXPECT_EQ(add("1")->integer, 2) << "the first was done all the same, before the last";
}

TEST_F(SingleServer, ThatHangsForLongIsLeftAndFoundAgain) {
  RedisServer server;
  settings_.timeout = milliseconds(50);
  settings_.connect_timeout = milliseconds(300);
  connect(server);
  const std::uint64_t session = client_->session();
  server.pause();
  EXPECT_EQ(kind(add("1")), "timeout");
  wait([&] { return client_->session() != session; });
  server.resume();
  wait([&] { return client_->ready(); });
  EXPECT_EQ(kind(add("1")), "ok");
}

TEST_F(SingleServer, WithoutMemorySaysSo) {
  const RedisServer server({"--maxmemory", "1mb"});
  connect(server);
  std::string last;
  for (int i = 0; i < 40 && last != "out_of_memory"; ++i)
    last = kind(command({"SET", "k" + std::to_string(i), std::string(100'000, 'a')}));
  EXPECT_EQ(last, "out_of_memory");
  EXPECT_EQ(kind(add("1")), "out_of_memory");
  EXPECT_TRUE(client_->ready());
}

TEST_F(SingleServer, ThatMayThrowKeysAwayIsComplainedOf) {
  const RedisServer server({"--maxmemory-policy", "allkeys-lru"});
  connect(server);
  ASSERT_EQ(health_.problems().size(), 1U);
  EXPECT_NE(health_.problems().front().find("allkeys-lru"), std::string::npos);
  settings_.allow_eviction = true;
  connect(server);
  EXPECT_TRUE(health_.problems().empty());
}

TEST_F(SingleServer, ThatBecomesAReplicaIsLeftUntilItIsNone) {
  const RedisServer server;
  const RedisServer primary;
  connect(server);
  EXPECT_EQ(kind(add("1")), "ok");
  server.ask({"REPLICAOF", "127.0.0.1", std::to_string(primary.port())});
  EXPECT_EQ(kind(add("1")), "read_only");
  wait([&] { return health_.status().state == Health::State::down; });
  server.ask({"REPLICAOF", "NO", "ONE"});
  wait([&] { return client_->ready(); });
  EXPECT_EQ(kind(add("1")), "ok");
}

}  // namespace
}  // namespace tollgate::redis
