// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

#include "shared_gateway_test.hpp"

// Bodies that a backend might read in another way than the gateway: they are read, or refused.
namespace tollgate::integration {
namespace {

class CodedBody : public SharedGatewayTest {
 protected:
  Message refused(const ClientRequest& request) {
    RawConnection client = gateway().connect();
    client.write(request.bytes());
    return client.read_response();
  }
};

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(text.size() + 1024, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST_F(CodedBody, IsReadAndSentOnWithoutItsCoding) {
  for (const auto& [coding, body] :
       {std::pair("gzip", gzip(std::string(kBody))), std::pair("zstd", zstd(std::string(kBody)))}) {
    SCOPED_TRACE(coding);
    RawConnection client = gateway().connect();
    client.write(
        ClientRequest{.fields = "Content-Encoding: " + std::string(coding) + "\r\n", .body = body}
            .bytes());
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    EXPECT_EQ(client.read_response().status(), 200);
    const auto records = gateway().take_records(1);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].request_bytes, static_cast<std::int64_t>(body.size()));
    EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::reported);
  }
}

TEST_F(CodedBody, IsRefusedWhenItsCodingIsNotKnown) {
  for (const char* const fields : {"Content-Encoding: br\r\n", "Content-Encoding: gzip, gzip\r\n",
                                   "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n"}) {
    const Message response = refused({.fields = fields});
    expect_refusal(response, 415);
    EXPECT_NE(response.head.find("Accept-Encoding: gzip, deflate, zstd"), std::string::npos);
  }
}

TEST_F(CodedBody, IsRefusedWhenItIsBrokenOrABomb) {
  const std::string coded = gzip(std::string(kBody));
  const std::string field = "Content-Encoding: gzip\r\n";
  expect_refusal(refused({.fields = field}), 400);
  expect_refusal(refused({.fields = field, .body = coded.substr(0, coded.size() - 4)}), 400);
  expect_refusal(refused({.fields = field, .body = gzip(std::string(64 * 1024 * 1024, ' '))}), 413);
}

TEST_F(CodedBody, SaysNothingWithIdentity) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.fields = "Content-Encoding: identity\r\n"}.bytes());
  serve(ForwardedRequest{.authority = backend().authority(),
                         .fields = "Content-Encoding: identity\r\n"}
            .bytes());
  EXPECT_EQ(client.read_response().status(), 200);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

}  // namespace
}  // namespace tollgate::integration
