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
/// The worker's other connections have their turn after so much of the output or of the input,
/// whichever comes first: each takes some milliseconds at most, also input that makes no output.
constexpr std::size_t kAtOnce = 256 * 1024;
constexpr std::size_t kReadAtOnce = 16 * 1024;
constexpr std::size_t kPiece = 4 * 1024;
/// No encoder that wants to say something needs more input than this for no output, or than twice
/// the output: the rest is empty blocks, which cost time alone.
constexpr std::size_t kIdleInput = 64 * 1024;

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
  std::size_t read = 0;
  std::size_t read_since = 0;
  Result<void> held = memory.grow_to(body.size() + kAtOnce);
  if (!held) co_return held.error();
  for (std::string_view rest = body; !rest.empty() && !decoder.failed();) {
    const std::string_view piece = rest.substr(0, kPiece);
    rest.remove_prefix(piece.size());
    decoder.feed(piece, [&](std::string_view part) { out.append(part); });
    read += piece.size();
    if (read > kIdleInput + 2 * out.size()) break;  // nothing but empty blocks
    read_since += piece.size();
    if (out.size() < pause_at && read_since < kReadAtOnce) continue;
    pause_at = out.size() + kAtOnce;
    read_since = 0;
    held = memory.grow_to(body.size() + pause_at);
    if (!held) co_return held.error();
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
  if (decoder.over_bounds()) co_return Error{Errc::too_large, "the body unfolds to too much"};
  if (!decoder.complete() || read < body.size())
    co_return Error{Errc::invalid_input, "the body's coding is broken"};
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
