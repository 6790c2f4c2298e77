// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>

#include "shared_gateway_test.hpp"

// Backends that break the protocol, break off or say nothing: what the client sees instead, that
// the request is not sent twice, and what the record says (faults.md U3, U5, U6, S11).
namespace tollgate::integration {
namespace {

constexpr milliseconds kPause{300};

class BackendFault : public SharedGatewayTest {
 protected:
  void expect_record(usage::Outcome outcome, int status, const std::string& attempt_error) {
    const auto records = gateway().take_records(1);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].outcome, outcome);
    EXPECT_EQ(records[0].status_code, status);
    // The backend had the request and may have worked on it: a count of the gateway's own, marked
    // as such.
    EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::estimated);
    EXPECT_NE(records[0].usage_reason, "");
    ASSERT_EQ(records[0].attempts.size(), 1U);
    EXPECT_EQ(records[0].attempts[0].error, attempt_error);
  }

  /// The client's connection carries another request, the backend's never does.
  void expect_next_on_new_connection(RawConnection& client) {
    const std::size_t connections = backend().accepted();
    client.write(ClientRequest().bytes());
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    EXPECT_EQ(client.read_response().wire, answer());
    EXPECT_EQ(backend().accepted(), connections + 1);
    EXPECT_EQ(gateway().take_records(1).size(), 1U);
    backend().drop_connections();  // the next case begins with a new one
  }
};

struct Case {
  std::string name;
  std::string bytes;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out.append(text);
  return out;
}

Case with_fields(std::string name, const std::string& fields) {
  return {std::move(name), "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + std::string(kAnswerBody)};
}

class MalformedHead : public BackendFault, public testing::WithParamInterface<Case> {};

TEST_P(MalformedHead, IsAnsweredWith502AndNotTriedAgain) {
  for (const Delivery delivery : {Delivery::whole, Delivery::byte_by_byte}) {
    SCOPED_TRACE(static_cast<int>(delivery));
    RawConnection client = gateway().connect();
    client.write(ClientRequest().bytes());
    Arrival arrival = backend().receive();
    send(arrival.connection, GetParam().bytes, delivery);
    arrival.connection.shutdown_send();  // for those whose fault is that nothing follows
    expect_refusal(client.read_response(), 502);
    EXPECT_EQ(arrival.connection.read_to_end(), "");
    EXPECT_NE(arrival.connection.end(), End::open) << "the connection was kept";
    expect_record(usage::Outcome::backend_error, 502, "protocol");
    expect_next_on_new_connection(client);
  }
}

INSTANTIATE_TEST_SUITE_P(
    U6, MalformedHead,
    testing::Values(
        Case{"status_999", "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"},
        Case{"status_of_two_digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"},
        Case{"status_of_four_digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"},
        Case{"other_version", "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
        Case{"no_http", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
        Case{"cut_head", "HTTP/1.1 200 OK\r\nContent-Le"},
        Case{"switching_protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"},
        Case{"continue_and_nothing", "HTTP/1.1 100 Continue\r\n\r\nH"},
        Case{"seventeen_early_hints", repeated("HTTP/1.1 103 Early Hints\r\n\r\n", 17) + answer()},
        Case{"a_thousand_early_hints", repeated("HTTP/1.1 103 Early Hints\r\n\r\n", 1000)},
        with_fields("folded", "X-A: b\r\n c\r\n"), with_fields("blank_before_colon", "X-A : b\r\n"),
        with_fields("nul", std::string("X-A: \0b\r\n", 9)),
        with_fields("bare_lf", "X-A: b\nX-C: d\r\n"),
        with_fields("splitting", "X-A: b\rSet-Cookie: c\r\n"),
        with_fields("lengths_differ", "Content-Length: 1\r\nContent-Length: 2\r\n"),
        with_fields("length_is_odd", "Content-Length: +2\r\n"),
        with_fields("length_and_chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"),
        with_fields("chunks_and_length", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n"),
        with_fields("other_coding", "Transfer-Encoding: gzip\r\n"),
        with_fields("two_codings", "Transfer-Encoding: gzip, chunked\r\n"),
        with_fields("a_field_of_256_KiB", "X-A: " + std::string(256 * 1024, 'v') + "\r\n"),
        with_fields("ten_thousand_fields", repeated("A: b\r\n", 10'000)),
        with_fields("three_hundred_fields", repeated("A: b\r\n", 300))),
    [](const auto& info) { return info.param.name; });

struct Break {
  std::string name;
  std::string head;  ///< reaches the client before the rest comes
  std::function<void(RawConnection&)> rest;
};
void PrintTo(const Break& c, std::ostream* out) { *out << c.name; }

class BrokenBody : public BackendFault, public testing::WithParamInterface<Break> {};

TEST_P(BrokenBody, IsPassedOnAsBrokenNeverAsAnEnd) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write(GetParam().head);
  EXPECT_TRUE(client.read_through("begun").ends_with("begun"));
  GetParam().rest(arrival.connection);
  const std::string rest = client.read_to_end();
  EXPECT_EQ(client.end(), End::reset);
  EXPECT_FALSE(rest.ends_with("0\r\n\r\n"));
  expect_record(usage::Outcome::backend_error, 200, "");
  RawConnection next = gateway().connect();
  expect_next_on_new_connection(next);
}

const std::string kLengthHead = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun";
const std::string kChunkHead =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("begun");
const std::string kEventHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
    chunk("data: {\"choices\":[],\"model\":\"begun");
const std::string kCloseHead = "HTTP/1.1 200 OK\r\n\r\nbegun";

void close(RawConnection& c) { c.close(); }
void cut(RawConnection& c) { c.cut(); }
void reset(RawConnection& c) { c.reset(); }
std::function<void(RawConnection&)> write(std::string bytes) {
  return [bytes](RawConnection& c) { c.write(bytes); };
}

INSTANTIATE_TEST_SUITE_P(
    U3_U6_S11, BrokenBody,
    testing::Values(
        Break{"length_too_long", kLengthHead, close}, Break{"length_cut", kLengthHead, cut},
        Break{"length_reset", kLengthHead, reset}, Break{"chunks_closed", kChunkHead, close},
        Break{"chunks_cut", kChunkHead, cut}, Break{"chunks_reset", kChunkHead, reset},
        Break{"events_closed", kEventHead, close}, Break{"events_reset", kEventHead, reset},
        Break{"until_close_cut", kCloseHead, cut}, Break{"until_close_reset", kCloseHead, reset},
        Break{"size_is_no_number", kChunkHead, write("zz\r\n")},
        Break{"size_overflows", kChunkHead, write("fffffffffffffffff\r\n")},
        Break{"chunk_too_long", kChunkHead, write("1\r\nxy\r\n")},
        Break{"bare_lf", kChunkHead, write("1\nx\r\n")},
        Break{"endless_extension", kChunkHead, write("1;" + std::string(300, 'e'))},
        Break{"endless_trailers", kChunkHead, write("0\r\n" + repeated("A: b\r\n", 100))}),
    [](const auto& info) { return info.param.name; });

TEST_F(BackendFault, S11_AStreamThatEndsWithoutItsLastChunkKeepsWhatItReported) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.body = R"({"messages":[],"stream":true})"}.bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
      chunk("data: "
            "{\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":{\"total_tokens\":4}}\n\n"));
  client.read_through("content");
  arrival.connection.close();
  client.read_to_end();
  EXPECT_EQ(client.end(), End::reset);
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::backend_error);
  EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::partial);
  EXPECT_EQ(records[0].tokens.total, 4);
}

TEST_F(BackendFault, U3_AResetBeforeTheAnswerIs502) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  backend().receive().connection.reset();
  expect_refusal(client.read_response(), 502);
  expect_record(usage::Outcome::backend_error, 502, "protocol");
}

TEST_F(BackendFault, U3_ACloseBeforeTheAnswerOfAFreshConnectionIs502) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  backend().receive().connection.close();
  expect_refusal(client.read_response(), 502);
  expect_record(usage::Outcome::backend_error, 502, "closed");
}

class SilentBackend : public BackendFault {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.backends[0].timeouts = {.connect = kPause, .first_byte = kPause, .idle = kPause};
    });
  }
};

TEST_F(SilentBackend, U5_SilenceBeforeTheHeadIs504) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  expect_refusal(client.read_response(), 504);
  expect_record(usage::Outcome::timeout, 504, "timeout");
  EXPECT_EQ(arrival.connection.read_to_end(), "");
  EXPECT_NE(arrival.connection.end(), End::open);
}

TEST_F(SilentBackend, U5_AHeadThatDripsIs504AtOneDeadline) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  const std::string head = answer();
  for (std::size_t i = 0; i < 100 && !client.readable(milliseconds(10)); ++i) {
    arrival.connection.write(head.substr(i, 1));
  }
  expect_refusal(client.read_response(), 504);
  expect_record(usage::Outcome::timeout, 504, "timeout");
}

TEST_F(SilentBackend, U5_SilenceInsideTheBodyEndsTheAnswerAsBroken) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write(kLengthHead);
  client.read_to_end();
  EXPECT_EQ(client.end(), End::reset);
  expect_record(usage::Outcome::timeout, 200, "");
}

TEST_F(SilentBackend, U3_AHandshakeWithoutAnAnswerIs504) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  RawConnection& silent = backend().accept_without_handshake();
  expect_refusal(client.read_response(), 504);
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::timeout);
  EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::none);
  EXPECT_EQ(records[0].tokens, usage::TokenCounts());
  const std::string hello = silent.read_to_end();
  EXPECT_EQ(hello.find(kBackendKey), std::string::npos);
}

/// In front of an address where nobody answers.
class UnreachableBackend : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {}

  static void start(std::uint16_t port) {
    gateway_ = std::make_unique<TestGateway>([&](config::Config& config) {
      config.backends[0].endpoint = "https://127.0.0.1:" + std::to_string(port);
      config.backends[0].timeouts.connect = kPause;
    });
  }

  void expect_failure(int status, const std::string& error) {
    RawConnection client = gateway().connect();
    client.write(ClientRequest().bytes());
    expect_refusal(client.read_response(), status);
    const auto records = gateway().take_records(1);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].attempts.at(0).error, error);
    EXPECT_EQ(records[0].tokens, usage::TokenCounts());
  }
};

/// A bound socket: nobody else can take its port.
class Port {
 public:
  Port() {
    ::bind(descriptor_, reinterpret_cast<sockaddr*>(&address_), size_);
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address_), &size_);
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  ~Port() { ::close(descriptor_); }

  void listen(int backlog) const { ::listen(descriptor_, backlog); }
  std::uint16_t number() const { return ntohs(address_.sin_port); }

 private:
  int descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address_{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size_ = sizeof(address_);
};

TEST_F(UnreachableBackend, U3_RefusedConnectionsAre502) {
  const Port closed;
  start(closed.number());
  expect_failure(502, "unavailable");
}

TEST_F(UnreachableBackend, U3_ConnectionsThatNobodyTakesAre504) {
  const Port full;
  full.listen(0);
  RawConnection first = RawConnection::connect(full.number());  // fills the queue of one
  start(full.number());
  expect_failure(504, "timeout");
}

}  // namespace
}  // namespace tollgate::integration
