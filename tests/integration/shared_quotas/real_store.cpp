// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "real_store.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "reply_reader.hpp"

namespace tollgate::shared_quotas {
namespace {

constexpr const char* kClockKey = "clock";
constexpr std::string_view kTime = "redis.call('TIME')";
constexpr const char* kClock = R"lua(
local function clock()
  local micros = tonumber(redis.call('GET', 'clock'))
  local seconds = math.floor(micros / 1000000)
  return {string.format('%.0f', seconds), string.format('%.0f', micros - seconds * 1000000)}
end
)lua";

std::string with_clock(std::string source) {
  const std::size_t at = source.find(kTime);
  if (at == std::string::npos) throw std::logic_error("the script reads no clock");
  source.replace(at, kTime.size(), "clock()");
  return kClock + source;
}

}  // namespace

RealStore::RealStore() {
  socket_.connect({boost::asio::ip::address_v4::loopback(), server_.port()});
  set_clock();
}

redis::Reply RealStore::ask(const std::vector<std::string>& words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words)
    text.append("$").append(std::to_string(word.size())).append("\r\n").append(word).append("\r\n");
  boost::asio::write(socket_, boost::asio::buffer(text));
  redis::ReplyReader reader;
  std::array<char, 65536> piece{};
  for (;;) {
    const std::size_t size = socket_.read_some(boost::asio::buffer(piece));
    reader.feed({piece.data(), size});
    auto reply = reader.next().value();
    if (!reply) continue;
    if (reply->is_error()) throw std::runtime_error(reply->text);
    return std::move(*reply);
  }
}

redis::Reply RealStore::run(const redis::Call& call) {
  std::vector<std::string> words{"EVAL", with_clock(call.script->source()),
                                 std::to_string(call.keys.size())};
  words.insert(words.end(), call.keys.begin(), call.keys.end());
  words.insert(words.end(), call.arguments.begin(), call.arguments.end());
  return ask(words);
}

void RealStore::flush() {
  (void)ask({"FLUSHALL"});
  set_clock();
}

void RealStore::pass(microseconds time) {
  now_ += time.count();
  set_clock();
}

void RealStore::set_clock() { (void)ask({"SET", kClockKey, std::to_string(now_)}); }

}  // namespace tollgate::shared_quotas
