// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/admin/admin_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "raw_connection.hpp"

// The admin address by itself: what it says, and what it takes from whoever reaches it.
namespace tollgate::integration {
namespace {

using testing::HasSubstr;

class AdminServerTest : public testing::Test {
 protected:
  AdminServerTest() {
    config::Admin settings;
    settings.port = 0;
    auto made = admin::AdminServer::make(
        context_, settings,
        {[this] { return readiness_; }, [] { return "up 1\n"; }, [] { return R"({"models":[]})"; },
         [] { return R"({"limits":[]})"; }, [this](std::string_view key) { return right_of(key); },
         [this](std::string body, std::string peer) {
           return changed(std::move(body), std::move(peer));
         }});
    EXPECT_TRUE(made);
    server_ = std::move(*made);
    server_->start();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~AdminServerTest() override {
    boost::asio::post(context_, [this] { server_->stop(); });
    context_.stop();
    thread_.join();
  }

  RawConnection connect() const { return RawConnection::connect(server_->port()); }
  Message ask(const std::string& request, Kind kind = Kind::response) const {
    RawConnection client = connect();
    client.write(request);
    return read_message(client, kind);
  }
  Message get(const std::string& target) const {
    return ask("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  admin::ActionRight right_of(std::string_view key) const {
    if (key_.empty()) return admin::ActionRight::off;
    return key == key_ ? admin::ActionRight::granted : admin::ActionRight::refused;
  }
  boost::asio::awaitable<admin::ActionAnswer> changed(std::string body, std::string peer) {
    bodies_.push_back(body + " from " + peer);
    co_return admin::ActionAnswer{404, "{}\n"};
  }
  Message change(const std::string& fields, const std::string& body = "{}") const {
    return ask("POST /admin/quotas HTTP/1.1\r\nHost: a\r\n" + fields +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  std::string key_;
  std::vector<std::string> bodies_;
  admin::Readiness readiness_;
  boost::asio::io_context context_{1};
  std::unique_ptr<admin::AdminServer> server_;
  std::thread thread_;
};

TEST_F(AdminServerTest, ServesItsPages) {
  EXPECT_EQ(get("/healthz").body, "ok\n");
  EXPECT_EQ(get("/metrics").body, "up 1\n");
  EXPECT_EQ(get("/metrics?x=1").field("content-type"), "text/plain; version=0.0.4");
  EXPECT_EQ(get("/admin/routes").body, R"({"models":[]})");
  EXPECT_EQ(get("/admin/routes").field("content-type"), "application/json");
  EXPECT_EQ(get("/").status(), 404);
  EXPECT_EQ(get("/openai/v1/models").status(), 404) << "no data plane here";
}

TEST_F(AdminServerTest, IsReadyOrSaysWhatIsWrong) {
  readiness_.models = {{"gpt-4o", true}};
  Message answer = get("/readyz");
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(answer.body, HasSubstr(R"("gpt-4o":true)"));
  readiness_ = {false, {"a \"quoted\" problem\n"}, {}};
  answer = get("/readyz");
  EXPECT_EQ(answer.status(), 503);
  EXPECT_THAT(answer.body, HasSubstr(R"("a \"quoted\" problem\n")"));
  EXPECT_THAT(answer.body, HasSubstr(R"("ready":false)"));
}

TEST_F(AdminServerTest, OnlyTellsAndNeverChanges) {
  for (const std::string method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const Message answer =
        ask(method + " /healthz HTTP/1.1\r\nHost: a\r\ncontent-length: 0\r\n\r\n");
    EXPECT_EQ(answer.status(), 405) << method;
    EXPECT_EQ(answer.field("allow"), "GET, HEAD");
  }
}

TEST_F(AdminServerTest, ChangesLimitsForWhoeverShowsTheKey) {
  EXPECT_EQ(change("Authorization: Bearer \r\n").status(), 403) << "there is no key";
  key_ = "0123456789abcdef";
  EXPECT_EQ(change("").status(), 401);
  EXPECT_EQ(change("Authorization: Bearer 0123456789abcdeX\r\n").status(), 401);
  EXPECT_EQ(change("Authorization: Basic 0123456789abcdef\r\n").status(), 401);
  EXPECT_TRUE(bodies_.empty());
  const Message answer =
      change("Authorization: Bearer 0123456789abcdef\r\n", R"({"action":"reset"})");
  EXPECT_EQ(answer.status(), 404) << "as whoever changes says";
  EXPECT_EQ(answer.field("content-type"), "application/json");
  EXPECT_EQ(bodies_, std::vector<std::string>{R"({"action":"reset"} from 127.0.0.1)"});
  EXPECT_EQ(
      ask("PUT /admin/quotas HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").field("allow"),
      "GET, HEAD, POST");
}

TEST_F(AdminServerTest, EndsAConnectionWhoseBodyIsTooLarge) {
  key_ = "0123456789abcdef";
  RawConnection client = connect();
  client.write("POST /admin/quotas HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + key_ +
               "\r\nContent-Length: 9000\r\n\r\n" + std::string(9000, ' '));
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(AdminServerTest, AnswersHeadWithTheLengthOnly) {
  const Message answer = ask("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\n", Kind::response_to_head);
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.field("content-length"), "3");
  EXPECT_EQ(answer.body, "");
}

TEST_F(AdminServerTest, ServesManyRequestsOnOneConnection) {
  RawConnection client = connect();
  for (int i = 0; i < 3; ++i) {
    client.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.read_response().body, "ok\n") << i;
  }
}

TEST_F(AdminServerTest, EndsAConnectionWhoseHeadIsTooLargeOrNoHttp) {
  for (const std::string& bytes : {"GET /healthz HTTP/1.1\r\nx: " + std::string(9000, 'x'),
                                   std::string("\x16\x03\x01 hello\r\n\r\n")}) {
    RawConnection client = connect();
    client.write(bytes);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_NE(client.end(), End::open);
  }
  EXPECT_EQ(get("/healthz").status(), 200);
}

TEST_F(AdminServerTest, ServesOthersWhileOneIsSilentAndRefusesTooMany) {
  std::vector<RawConnection> silent;
  for (int i = 0; i < 63; ++i) {
    silent.push_back(connect());
    silent.back().write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_EQ(silent.back().read_response().status(), 200);
  }
  RawConnection last = connect();
  last.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(last.read_response().status(), 200);
  RawConnection over = connect();
  EXPECT_EQ(over.read_to_end(), "");
  EXPECT_NE(over.end(), End::open);
}

double processor_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

// With no descriptor left an accept fails at once, and goes on failing: it must not be tried at
// once.
TEST_F(AdminServerTest, RestsWhileThereIsNoDescriptorLeft) {
  RawConnection client = RawConnection::unconnected();
  RawConnection patient = RawConnection::unconnected();
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 3;
  setrlimit(RLIMIT_NOFILE, &none);
  client.connect_to(server_->port());
  const double start = processor_seconds();
  EXPECT_FALSE(client.readable(std::chrono::milliseconds(400)));
  const double used = processor_seconds() - start;
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_LT(used, 0.2) << "seconds of processor time in 0.4 s";
  patient.connect_to(server_->port());
  patient.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(patient.read_response().status(), 200);
}

}  // namespace
}  // namespace tollgate::integration
