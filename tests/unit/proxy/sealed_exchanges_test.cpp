// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <zstd.h>

#include <string>

#include "operation_exits.hpp"
#include "seals/seal_config.hpp"

// Whole exchanges where clients see sealed ids and backends their own.
namespace tollgate::proxy {
namespace {

constexpr std::string_view kItem = "msg_68a1f0c2b7d88190a4e5";
const std::string kMade =
    R"({"id":"resp_68a1","object":"response","status":"completed","output":[{"type":"message",)"
    R"("id":"msg_68a1f0c2b7d88190a4e5","content":[{"type":"output_text","text":"resp_68a1"}]}],)"
    R"("usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}})";

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

class SealedExchanges : public OperationExits {
 protected:
  SealedExchanges() {
    config_.objects.ownership = config::ObjectOwnership::sealed;
    config_.objects.seal_keys = {seals::key_of('k')};
    config_.clients.emplace_back().name = "another";
  }

  void answered(const std::string& body, const std::string& fields = "",
                const std::string& type = "application/json") {
    backend_says("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\n" + fields +
                 "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void create(const std::string& body = R"({"model":"gpt-4o","input":"Hi"})") {
    again();
    ask(body, "/openai/v1/responses");
  }
  void get(const std::string& id, const std::string& more = "") {
    again();
    begin("GET /openai/v1/responses/" + id + more + " HTTP/1.1\r\nHost: gateway\r\n\r\n", "");
  }
  void again() {
    forget_entries();
    client_->sent.clear();
    for (upstream::MemoryDialer* dialer : dialers_) {
      for (const auto& line : dialer->lines) line->sent.clear();
    }
  }
  /// As a client sees an object of the first client's at the backend east.
  std::string sealed(const std::string& id, const std::string& client = "retail") {
    pipeline();
    ledger::StoredObject object{id, client, "east", {}, {}, {}};
    if (id.starts_with("resp_")) {
      object.deployment = "gpt-4o";
      object.model = "gpt-4o";
    }
    return seals_->seal(object);
  }
  std::string sealed_body() {
    std::string out = kMade;
    out.replace(out.find(R"("resp_68a1")"), 11, "\"" + sealed("resp_68a1") + "\"");
    out.replace(out.find(kItem), kItem.size(), sealed(std::string(kItem)));
    return out;
  }
  /// The body of the answer that came in chunks.
  std::string body_got() const {
    std::string out;
    std::string_view left = client_got();
    EXPECT_NE(left.find("Transfer-Encoding: chunked"), left.npos) << left;
    EXPECT_EQ(left.find("Content-Length"), left.npos) << left;
    left.remove_prefix(left.find("\r\n\r\n") + 4);
    for (;;) {
      const std::size_t size = std::stoul(std::string(left), nullptr, 16);
      left.remove_prefix(left.find("\r\n") + 2);
      out.append(left.substr(0, size));
      left.remove_prefix(size + 2);
      if (size == 0) return out;
    }
  }
  bool refused() const { return client_got().starts_with("HTTP/1.1 404 "); }
};

TEST_F(SealedExchanges, AnAnswersIdsAreSealedAndItsRecordHasTheBackendsOwn) {
  create();
  answered(kMade);
  EXPECT_EQ(body_got(), sealed_body());
  EXPECT_EQ(record().response_id, "resp_68a1");
  ASSERT_FALSE(record().stored_objects.empty());
  EXPECT_EQ(record().stored_objects.front(), "resp_68a1");
}

TEST_F(SealedExchanges, AStreamsIdsAreSealedWhereverItIsCut) {
  const std::string event = R"({"type":"response.completed","response":)" + kMade + "}";
  const std::string stream =
      "event: a\ndata: {\"type\":\"response.output_item.added\",\"item\":{\"id\":\"" +
      std::string(kItem) + "\"}}\n\ndata: " + event + "\n\n";
  const std::string expected =
      "event: a\ndata: {\"type\":\"response.output_item.added\",\"item\":{\"id\":\"" +
      sealed(std::string(kItem)) +
      "\"}}\n\ndata: " + R"({"type":"response.completed","response":)" + sealed_body() + "}\n\n";
  for (std::size_t cut = 1; cut < stream.size(); cut += 7) {
    create(R"({"model":"gpt-4o","input":"Hi","stream":true})");
    backend_says("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " +
                 std::to_string(stream.size()) + "\r\n\r\n" + stream.substr(0, cut));
    backend_says(stream.substr(cut));
    ASSERT_EQ(body_got(), expected) << cut;
    ASSERT_EQ(record().response_id, "resp_68a1");
  }
}

TEST_F(SealedExchanges, AnAnswerInACodingThatNobodyAskedForIsUnfolded) {
  for (const char* coding : {"zstd", "identity"}) {
    create();
    const std::string body = coding == std::string("zstd") ? zstd(kMade) : kMade;
    answered(body, "Content-Encoding: " + std::string(coding) + "\r\n");
    EXPECT_EQ(body_got(), sealed_body());
    EXPECT_EQ(client_got().find("zstd"), std::string::npos);
    EXPECT_EQ(record().response_id, "resp_68a1");
  }
}

TEST_F(SealedExchanges, AnAnswerWhoseCodingIsBrokenDoesNotEnd) {
  create();
  const std::string body = zstd(kMade);
  answered(body.substr(0, body.size() - 3), "Content-Encoding: zstd\r\n");
  EXPECT_FALSE(client_got().ends_with("0\r\n\r\n"));
}

TEST_F(SealedExchanges, AnIdIsOpenedInPathAndShownAsItWasSent) {
  get(sealed("resp_68a1"), "?include=x");
  EXPECT_TRUE(backend().sent.starts_with("GET /openai/v1/responses/resp_68a1?include=x HTTP/1.1"))
      << backend().sent;
  answered(kMade);
  EXPECT_EQ(body_got(), sealed_body());
}

TEST_F(SealedExchanges, AnIdIsOpenedInABodyAndNothingElseIsTouched) {
  const auto body = [](const std::string& id) {
    return R"({ "model":"gpt-4o", "previous_response_id" : ")" + id +
           R"(", "input":[{"type":"item_reference","id":")" + std::string(kItem) + "\"}]}";
  };
  std::string asked = body(sealed("resp_68a1"));
  asked.replace(asked.find(kItem), kItem.size(), sealed(std::string(kItem)));
  create(asked);
  EXPECT_TRUE(backend().sent.ends_with("\r\n\r\n" + body("resp_68a1"))) << backend().sent;
  answered(kMade);
  EXPECT_EQ(record().conversation_id, "resp_68a1");
}

TEST_F(SealedExchanges, AnIdGoesToItsOwnBackend) {
  pipeline();
  get(seals_->seal({"resp_68a1", "retail", "west", {}, {}, {}}));
  EXPECT_TRUE(backend(1).sent.starts_with("GET /openai/v1/responses/resp_68a1 HTTP/1.1"));
}

TEST_F(SealedExchanges, AnIdOfAnotherClientOrADamagedOneIsNoObject) {
  const std::string foreign = sealed("resp_68a1", "another");
  std::string damaged = sealed("resp_68a1");
  damaged[20] = damaged[20] == 'x' ? 'y' : 'x';
  for (const std::string& id : {foreign, damaged, std::string("resp_68a1")}) {
    get(id);
    EXPECT_TRUE(refused()) << client_got();
    create(R"({"model":"gpt-4o","previous_response_id":")" + id + "\"}");
    EXPECT_TRUE(refused()) << client_got();
    EXPECT_EQ(client_got().find("another"), std::string::npos);
  }
  const std::string item = sealed(std::string(kItem), "another");
  for (const std::string& id : {item, std::string(kItem)}) {
    create(R"({"model":"gpt-4o","input":[{"type":"item_reference","id":")" + id + "\"}]}");
    EXPECT_TRUE(refused()) << client_got();
  }
  EXPECT_TRUE(dialers_[0]->lines.empty());
}

// A backend that repeats it would have it sealed as the asker's.
TEST_F(SealedExchanges, ABareIdAtAMemberThatIsNoNameIsNoObjectEither) {
  for (const char* member : {"response_id", "id", "file_id", "run_id"}) {
    create(R"({"model":"gpt-4o","input":[{"content":[{"x":{")" + std::string(member) +
           R"(":"resp_77"}}]}]})");
    EXPECT_TRUE(refused()) << client_got();
  }
  create(R"({"model":"gpt-4o","input":"resp_77","metadata":{"id":"resp_77"}})");
  answered(kMade);
  EXPECT_EQ(body_got(), sealed_body());
}

TEST_F(SealedExchanges, WhatAToolsServerSaysIsSealedAsNobodys) {
  create();
  const std::string body =
      R"({"id":"resp_68a1","output":[{"type":"mcp_list_tools","tools":[{"name":"t","annotations":)"
      R"({"file_id":"file-77"},"input_schema":{"id":"file-77"},"_meta":{"id":"file-77"}}]}]})";
  answered(body);
  std::string expected = body;
  expected.replace(7, 9, sealed("resp_68a1"));
  EXPECT_EQ(body_got(), expected);
}

TEST_F(SealedExchanges, ABodyThatRefersToTooManyObjectsIsRefused) {
  std::string body = R"({"model":"gpt-4o","input":[)";
  for (int i = 0; i <= 10'000; ++i) body.append(R"({"id":"resp_)" + std::to_string(i) + "\"},");
  body.back() = ']';
  create(body + "}");
  EXPECT_TRUE(client_got().starts_with("HTTP/1.1 400 ")) << client_got();
}

TEST_F(SealedExchanges, AnItemsIdThatAClientHasThoughtOfPasses) {
  create(R"({"model":"gpt-4o","input":[{"role":"user","id":"msg_1","content":"Hi"}]})");
  EXPECT_NE(backend().sent.find(R"("id":"msg_1")"), std::string::npos);
}

// Objects from before ids were sealed are found by the ids that their clients know.
TEST_F(SealedExchanges, ABareIdIsGoodWhereTheDirectoryHasItAsTheClients) {
  pipeline();
  objects().note({"resp_68a1", "retail", "east", "gpt-4o", "gpt-4o", {}});
  objects().note({"resp_77", "another", "east", "gpt-4o", "gpt-4o", {}});
  get("resp_77");
  EXPECT_TRUE(refused()) << client_got();
  get("resp_68a1");
  EXPECT_TRUE(backend().sent.starts_with("GET /openai/v1/responses/resp_68a1 HTTP/1.1"));
  answered(kMade);
  std::string expected = kMade;
  expected.replace(expected.find(kItem), kItem.size(), sealed(std::string(kItem)));
  EXPECT_EQ(body_got(), expected);
}

TEST_F(SealedExchanges, AUrlInTheHeadHasItsIdSealed) {
  create();
  answered(kMade, "Operation-Location: https://east.example/openai/responses/resp_68a1?a=b\r\n");
  EXPECT_NE(client_got().find("Operation-Location: https://east.example/openai/responses/" +
                              sealed("resp_68a1") + "?a=b\r\n"),
            std::string::npos)
      << client_got();
}

TEST_F(SealedExchanges, TheBytesOfAFileAreNobodysIds) {
  config_.operations.open = {config::OperationGroup::files};
  begin("GET /openai/v1/files/" + sealed("file-1") + "/content HTTP/1.1\r\nHost: gateway\r\n\r\n",
        "");
  answered(R"({"id":"resp_68a1"})");
  EXPECT_TRUE(client_got().ends_with("\r\n\r\n{\"id\":\"resp_68a1\"}")) << client_got();
}

TEST_F(SealedExchanges, AnOldSealOpensAndNewOnesAreMadeWithTheFirstKey) {
  const std::string old =
      seals::Seals::make(config_).value()->seal({"resp_68a1", "retail", "east", {}, {}, {}});
  config_.objects.seal_keys.insert(config_.objects.seal_keys.begin(), seals::key_of('n'));
  get(old);
  answered(kMade);
  EXPECT_NE(body_got().find(old), std::string::npos);
  EXPECT_NE(body_got().find(sealed(std::string(kItem))), std::string::npos);
  EXPECT_NE(sealed("resp_68a1"), old);
}

}  // namespace
}  // namespace tollgate::proxy
