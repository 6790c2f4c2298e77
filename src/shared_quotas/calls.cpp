// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "calls.hpp"

#include <charconv>

#include "names.hpp"
#include "scripts.hpp"

namespace tollgate::shared_quotas {
namespace {

/// A count that has just been made is believed once every process has had time to state what it has
/// there: keepers find out within a second, workers in half a second more.
constexpr std::int64_t kBelievedAfter = 2'000'000;
/// A process that has not been heard of for so long has no requests in flight.
constexpr std::int64_t kLostAfter = 10'000'000;
/// Of what is left a worker has at most this part of its own part ahead.
constexpr std::int64_t kPart = 4;
constexpr std::size_t kOfLimit = 4;
constexpr std::size_t kOfClaimant = 5;

std::string kind_text(const StoredCount& count) { return {static_cast<char>(count.kind())}; }

/// No request waits for the answer.
redis::Call patient(redis::Call call) {
  call.patience = milliseconds(500);
  return call;
}

std::string text(std::int64_t number) { return std::to_string(number); }

/// Scripts answer with texts where a number may be large.
bool read(const redis::Reply& reply, std::int64_t& out) {
  out = reply.integer;
  if (reply.is_integer()) return true;
  if (!reply.is_text()) return false;
  const char* const end = reply.text.data() + reply.text.size();
  const auto [stop, error] = std::from_chars(reply.text.data(), end, out);
  return error == std::errc() && stop == end;
}

std::optional<TakeAnswer::What> what_of(const redis::Reply& reply) {
  using What = TakeAnswer::What;
  if (reply.text == "taken") return What::taken;
  if (reply.text == "refused") return What::refused;
  if (reply.text == "young") return What::young;
  return reply.text == "unknown" ? std::optional(What::unknown) : std::nullopt;
}

}  // namespace

redis::Call take_call(const std::vector<TakeLimit>& limits, const TakeTerms& terms) {
  std::vector<std::string> keys;
  std::vector<std::string> arguments{terms.claim, std::to_string(terms.session),
                                     text(kBelievedAfter), text(kLostAfter)};
  for (const TakeLimit& limit : limits) {
    const StoredCount& count = *limit.count;
    keys.push_back(count.name());
    const auto& window = count.window();
    arguments.push_back(kind_text(count));
    arguments.emplace_back(limit.refuses ? "1" : "0");
    const std::int64_t begin = window ? to_unix_micros(window->begin) : 0;
    for (const std::int64_t number : {count.amount(), count.per_minute(), limit.units, limit.more,
                                      kPart * terms.workers, begin, count.kept_for(terms.now)})
      arguments.push_back(text(number));
  }
  return redis::Call::eval(take_script(), std::move(keys), std::move(arguments));
}

std::optional<TakeAnswer> take_answer(const redis::Reply& reply, std::size_t limits) {
  if (!reply.is_array() || reply.items.empty()) return std::nullopt;
  const auto what = what_of(reply.items.front());
  if (!what) return std::nullopt;
  TakeAnswer out{*what, {}};
  if (out.what == TakeAnswer::What::unknown) return out;
  if (reply.items.size() != limits + 1) return std::nullopt;
  for (std::size_t i = 1; i < reply.items.size(); ++i) {
    const redis::Reply& one = reply.items[i];
    std::int64_t fits = 0;
    TakeAnswer::Limit limit;
    const bool good = one.is_array() && one.items.size() == kOfLimit && read(one.items[0], fits) &&
                      read(one.items[1], limit.total) && read(one.items[2], limit.amount) &&
                      read(one.items[3], limit.taken);
    if (!good) return std::nullopt;
    limit.fits = fits != 0;
    out.limits.push_back(limit);
  }
  return out;
}

redis::Call state_call(const StoredCount& count, const Process& process,
                       const std::vector<StatedClaim>& claims, const StateTerms& terms) {
  std::vector<std::string> arguments{kind_text(count),
                                     text(count.per_minute()),
                                     text(count.kept_for(terms.now)),
                                     to_text(process),
                                     terms.used ? text(*terms.used) : std::string(),
                                     terms.adopts ? escaped(process.gateway) : std::string(),
                                     text(process.incarnation),
                                     terms.added ? text(*terms.added) : std::string()};
  for (const StatedClaim& claim : claims) {
    arguments.push_back(claim.name);
    arguments.push_back(std::to_string(claim.session));
    arguments.push_back(text(claim.units));
    arguments.push_back(text(claim.counted));
    arguments.emplace_back(claim.if_unknown ? "?" : "=");
  }
  return patient(redis::Call::eval(state_script(), {count.name()}, std::move(arguments)));
}

std::optional<StateAnswer> state_answer(const redis::Reply& reply) {
  StateAnswer out;
  std::int64_t made = 0;
  const bool good = reply.is_array() && reply.items.size() == 5 &&
                    read(reply.items[0], out.unknown) && read(reply.items[1], out.total) &&
                    read(reply.items[2], out.added) && read(reply.items[3], out.later) &&
                    read(reply.items[4], made);
  out.made = made != 0;
  return good ? std::optional(out) : std::nullopt;
}

redis::Call look_call(const StoredCount& count) {
  return patient(redis::Call::eval(look_script(), {count.name()},
                                   {kind_text(count), text(count.per_minute())}));
}

std::optional<LookAnswer> look_answer(const redis::Reply& reply) {
  LookAnswer out;
  const auto& items = reply.items;
  if (!reply.is_array() || items.size() < 2 || (items.size() - 2) % kOfClaimant != 0)
    return std::nullopt;
  if (!read(items[0], out.total) || !read(items[1], out.added)) return std::nullopt;
  for (std::size_t i = 2; i < items.size(); i += kOfClaimant) {
    LookAnswer::Claimant one{items[i].text, 0, 0, 0, items[i + 4].integer == 1};
    if (!read(items[i + 1], one.claims) || !read(items[i + 2], one.settled) ||
        !read(items[i + 3], one.silent))
      return std::nullopt;
    out.claimants.push_back(std::move(one));
  }
  return out;
}

redis::Call beat_call(const std::string& prefix, const Process& process, bool ends) {
  return redis::Call::eval(beat_script(), {processes_name(prefix), made_name(prefix)},
                           {member_of(process), text(kLostAfter), ends ? "1" : "0"});
}

std::optional<BeatAnswer> beat_answer(const redis::Reply& reply) {
  BeatAnswer out;
  if (!reply.is_array() || reply.items.empty() || !read(reply.items[0], out.made))
    return std::nullopt;
  for (std::size_t i = 1; i < reply.items.size(); ++i) {
    auto process = process_of(reply.items[i].text);
    if (process) out.processes.push_back(std::move(*process));
  }
  return out;
}

}  // namespace tollgate::shared_quotas
