// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "content_coding.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "tollgate/base/text.hpp"
#include "tollgate/usage/content_decoder.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kField = "content-encoding";
/// Unfolds in about a millisecond.
constexpr std::size_t kAtOnce = 256 * 1024;
constexpr std::size_t kPiece = 4 * 1024;

}  // namespace

std::string content_coding(const std::vector<http::Field>& fields) {
  std::string out;
  for (const http::Field& field : fields) {
    if (!iequals(field.name, kField)) continue;
    out.append(out.empty() ? "" : ", ").append(trim(field.value));
  }
  return iequals(out, "identity") ? std::string() : out;
}

bool is_known_coding(std::string_view coding) { return usage::ContentDecoder::knows(coding); }

asio::awaitable<Result<std::string>> take_coding_off(std::string body, std::string coding,
                                                     std::size_t limit, BodyHold& memory) {
  usage::ContentDecoder decoder(coding, {.most_bytes = limit});
  std::string out;
  std::size_t pause_at = kAtOnce;
  Result<void> held = memory.grow_to(body.size() + kAtOnce);
  if (!held) co_return held.error();
  for (std::string_view rest = body; !rest.empty() && !decoder.failed();) {
    const std::string_view piece = rest.substr(0, kPiece);
    rest.remove_prefix(piece.size());
    decoder.feed(piece, [&](std::string_view part) { out.append(part); });
    if (out.size() < pause_at) continue;
    pause_at = out.size() + kAtOnce;
    held = memory.grow_to(body.size() + pause_at);
    if (!held) co_return held.error();
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
  if (decoder.over_bounds()) co_return Error{Errc::too_large, "the body unfolds to too much"};
  if (!decoder.complete()) co_return Error{Errc::invalid_input, "the body's coding is broken"};
  co_return std::move(out);
}

std::vector<http::Field> without_coding(const std::vector<http::Field>& fields) {
  std::vector<http::Field> out;
  for (const http::Field& field : fields) {
    if (!iequals(field.name, kField)) out.push_back(field);
  }
  return out;
}

}  // namespace tollgate::proxy
