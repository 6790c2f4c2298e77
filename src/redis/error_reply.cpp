// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "error_reply.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "tollgate/base/text.hpp"
#include "tollgate/redis/call.hpp"

namespace tollgate::redis {
namespace {

using Then = ErrorReply::Then;

struct Code {
  std::string_view word;
  FailureKind kind;
  Then then;
};

constexpr std::array<Code, 15> kCodes{{
    {"NOSCRIPT", FailureKind::refused, Then::whole},
    {"MOVED", FailureKind::cluster_down, Then::move},
    {"ASK", FailureKind::cluster_down, Then::ask},
    {"TRYAGAIN", FailureKind::try_again, Then::again},
    {"LOADING", FailureKind::loading, Then::reconnect},
    {"MASTERDOWN", FailureKind::loading, Then::reconnect},
    {"READONLY", FailureKind::read_only, Then::reconnect},
    {"NOAUTH", FailureKind::unauthenticated, Then::reconnect},
    {"WRONGPASS", FailureKind::unauthenticated, Then::reconnect},
    {"NOPERM", FailureKind::unauthenticated, Then::tell},
    {"OOM", FailureKind::out_of_memory, Then::tell},
    {"MISCONF", FailureKind::read_only, Then::tell},
    {"NOREPLICAS", FailureKind::read_only, Then::tell},
    {"CLUSTERDOWN", FailureKind::cluster_down, Then::refresh},
    {"BUSY", FailureKind::busy, Then::tell},
}};

/// Servers before 7.0 wrap what stopped a script: "ERR Error running script (...): -OOM ...".
const Code* find_code(std::string_view message) {
  const std::string_view word = message.substr(0, message.find(' '));
  const auto same = [&](const Code& code) { return code.word == word; };
  if (const auto* found = std::ranges::find_if(kCodes, same); found != kCodes.end()) return found;
  if (word != "ERR") return nullptr;
  const auto within = [&](const Code& code) {
    return message.find(": -" + std::string(code.word) + " ") != std::string_view::npos;
  };
  const auto* found = std::ranges::find_if(kCodes, within);
  return found == kCodes.end() ? nullptr : found;
}

template <class Number>
bool read_number(std::string_view text, Number& out, Number most) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out <= most;
}

/// "MOVED 3999 127.0.0.1:6381"; an address of the sixth version stands there without brackets.
bool read_redirection(std::string_view message, ErrorReply& out) {
  const std::size_t slot_at = message.find(' ');
  if (slot_at == std::string_view::npos) return false;
  const std::size_t place_at = message.find(' ', slot_at + 1);
  const std::size_t colon = message.rfind(':');
  if (place_at == std::string_view::npos || colon == std::string_view::npos || colon < place_at)
    return false;
  out.to.host = message.substr(place_at + 1, colon - place_at - 1);
  return read_number(message.substr(slot_at + 1, place_at - slot_at - 1), out.slot, kSlots - 1) &&
         read_number(message.substr(colon + 1), out.to.port, std::uint16_t{65535}) &&
         out.to.port != 0;
}

}  // namespace

ErrorReply read_error(std::string_view message) {
  const Code* const code = find_code(message);
  // Any other error may have stopped a script between two writes.
  if (code == nullptr) return {FailureKind::refused, Then::tell, 0, {}, false};
  ErrorReply out{code->kind, code->then};
  const bool redirects = out.then == Then::move || out.then == Then::ask;
  if (redirects && !read_redirection(message, out)) return {FailureKind::protocol, Then::tell};
  return out;
}

std::string tellable(std::string_view message) {
  constexpr std::size_t kLongest = 200;
  // "ERR unknown command 'X', with args beginning with: ..."
  return sanitize_utf8(message.substr(0, message.find(", with args")), kLongest);
}

}  // namespace tollgate::redis
