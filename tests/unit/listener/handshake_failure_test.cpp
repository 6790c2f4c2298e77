// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "handshake_failure.hpp"

#include <gtest/gtest.h>

namespace tollgate::listener {
namespace {

std::string_view reason(const char* text) {
  return handshake_reason(
      {Errc::tls, std::string("handshake failed: error:0A:SSL routines::") + text});
}

TEST(HandshakeFailure, HasOneOfAFewReasons) {
  EXPECT_EQ(reason("http request"), "no_tls");
  EXPECT_EQ(reason("unsupported protocol"), "nothing_in_common");
  EXPECT_EQ(reason("no shared cipher"), "nothing_in_common");
  EXPECT_EQ(reason("tlsv1 alert unknown ca"), "refused_by_client");
  EXPECT_EQ(reason("sslv3 alert certificate unknown"), "refused_by_client");
  EXPECT_EQ(reason("unexpected eof while reading"), "closed");
  EXPECT_EQ(reason("something new"), "other");
  EXPECT_EQ(handshake_reason({Errc::tls, "handshake failed: unknown"}), "closed");
  EXPECT_EQ(handshake_reason({Errc::tls, "self-signed certificate"}), "client_certificate");
  EXPECT_EQ(handshake_reason({Errc::timeout, "the peer took too long"}), "timeout");
  EXPECT_EQ(handshake_reason({Errc::protocol, "connection protocol"}), "closed");
}

}  // namespace
}  // namespace tollgate::listener
