// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "pipeline.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "command_writer.hpp"

namespace tollgate::redis {

void Pipeline::add(Pending call) {
  if (call.asking) {
    Pending ask;
    ask.is_own = true;
    ask.told = true;
    write_command(out_, {"ASKING"});
    calls_.push_back(std::move(ask));
  }
  const bool is_new = call.call.script != nullptr && known_.insert(call.call.script).second;
  write_call(out_, call.call, call.whole || is_new);
  calls_.push_back(std::move(call));
}

void Pipeline::add_written(Pending call, std::string_view bytes) {
  out_.append(bytes);
  calls_.push_back(std::move(call));
}

Result<void> Pipeline::arrived(std::string_view bytes, const Answered& answered) {
  reader_.feed(bytes);
  for (;;) {
    Result<std::optional<Reply>> reply = reader_.next();
    if (!reply) return reply.error();
    if (!*reply) return {};
    if (calls_.empty()) return Error{Errc::protocol, "an answer that nobody asked for"};
    Pending call = std::move(calls_.front());
    calls_.pop_front();
    answered(std::move(call), std::move(**reply));
  }
}

std::vector<Pending> Pipeline::take_over(SteadyTime now) {
  std::vector<Pending> out;
  for (Pending& call : calls_) {
    if (call.told || call.until > now) continue;
    Pending rest;  // keeps the place of its answer
    rest.until = call.until;
    rest.told = true;
    out.push_back(std::exchange(call, std::move(rest)));
  }
  return out;
}

SteadyTime Pipeline::next_end() const {
  SteadyTime out = SteadyTime::max();
  for (const Pending& call : calls_) {
    if (!call.told) out = std::min(out, call.until);
  }
  return out;
}

SteadyTime Pipeline::late_since() const {
  SteadyTime out = SteadyTime::max();
  for (const Pending& call : calls_) {
    if (call.told) out = std::min(out, call.until);
  }
  return out;
}

std::vector<Pending> Pipeline::take_all() {
  std::vector<Pending> out(std::make_move_iterator(calls_.begin()),
                           std::make_move_iterator(calls_.end()));
  calls_.clear();
  return out;
}

void wipe(std::string& bytes) {
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

}  // namespace tollgate::redis
