// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "handshake_failure.hpp"

#include <array>

namespace tollgate::listener {
namespace {

/// A part of OpenSSL's own texts, which are constants, and what it comes from.
struct Sign {
  std::string_view text;
  std::string_view reason;
};
constexpr std::array kSigns{
    Sign{"http request", "no_tls"},
    Sign{"https proxy request", "no_tls"},
    Sign{"wrong version number", "no_tls"},
    Sign{"packet length too long", "no_tls"},
    Sign{"record layer failure", "no_tls"},
    Sign{"unsupported protocol", "nothing_in_common"},
    Sign{"version too low", "nothing_in_common"},
    Sign{"no shared cipher", "nothing_in_common"},
    Sign{"no application protocol", "nothing_in_common"},
    Sign{"alert protocol version", "nothing_in_common"},
    Sign{"alert unknown ca", "refused_by_client"},
    Sign{"alert bad certificate", "refused_by_client"},
    Sign{"alert certificate", "refused_by_client"},
    Sign{"unexpected eof", "closed"},
    Sign{"handshake failed: unknown", "closed"},  // the queue was empty: the connection broke
};

}  // namespace

std::string_view handshake_reason(const Error& error) {
  if (error.code == Errc::timeout) return "timeout";
  if (error.code != Errc::tls) return "closed";
  for (const Sign& sign : kSigns) {
    if (error.message.find(sign.text) != std::string::npos) return sign.reason;
  }
  return error.message.starts_with("handshake failed") ? "other" : "client_certificate";
}

}  // namespace tollgate::listener
