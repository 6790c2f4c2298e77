// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scripts.hpp"
#include "tollgate/redis/call.hpp"
#include "tollgate/redis/reply.hpp"

namespace tollgate::shared_quotas {

/// Does what a call asks of a store, by a clock of its own.
class StoreSeam {
 public:
  virtual ~StoreSeam() = default;
  virtual redis::Reply run(const redis::Call& call) = 0;
  virtual void flush() = 0;
  virtual void pass(microseconds time) = 0;
};

/// What the scripts do, written once more: windows and requests in flight, no rates.
class StoreModel : public StoreSeam {
 public:
  redis::Reply run(const redis::Call& call) override {
    if (call.script == &take_script()) return take(call);
    if (call.script == &state_script()) return state(call);
    if (call.script == &look_script()) return look(call);
    if (call.script == &beat_script()) return beat(call);
    return redis::Reply::nil();
  }
  void flush() override {
    counts_.clear();
    processes_.clear();
    made_ = 0;
  }
  void pass(microseconds time) override { now_ += time.count(); }

 private:
  struct Claimed {
    std::int64_t session = 0;
    std::int64_t units = 0;
  };
  struct Count {
    std::int64_t total = 0;
    std::int64_t made = 0;
    std::map<std::string, Claimed> claims;
    std::map<std::string, std::int64_t> used;
    std::map<std::string, std::int64_t> heard;
  };

  static std::int64_t number(const std::string& text) { return std::stoll(text); }
  static redis::Reply text(std::int64_t number) { return redis::Reply::of(std::to_string(number)); }
  static std::string process_of_claim(const std::string& claim) {
    return claim.substr(2, claim.rfind('/') - 2);
  }
  static bool is_earlier(const std::string& process, const std::string& gateway,
                         std::int64_t incarnation) {
    const std::size_t at = process.rfind('@');
    return process.substr(0, at) == gateway && number(process.substr(at + 1)) < incarnation;
  }

  void free_lost(Count& count, std::int64_t after, const std::string& mine) {
    std::erase_if(count.claims, [&](const auto& claim) {
      const auto heard = count.heard.find(process_of_claim(claim.first));
      const bool lost =
          claim.first != mine && heard != count.heard.end() && now_ - heard->second > after;
      if (lost) count.total -= claim.second.units;
      return lost;
    });
  }

  redis::Reply take(const redis::Call& call) {
    constexpr std::size_t kFirst = 4;
    constexpr std::size_t kEach = 9;
    const auto& given = call.arguments;
    const std::string& mine = given[0];
    for (const std::string& key : call.keys) {
      const auto count = counts_.find(key);
      if (count == counts_.end() || !count->second.claims.contains(mine) ||
          count->second.claims[mine].session != number(given[1]))
        return redis::Reply::of({redis::Reply::of(std::string("unknown"))});
    }
    std::string what = "taken";
    std::vector<bool> fits;
    for (std::size_t i = 0; i < call.keys.size(); ++i) {
      const std::string* const of = &given[kFirst + i * kEach];
      Count& count = counts_[call.keys[i]];
      const std::int64_t units = number(of[4]);
      const auto fit = [&] { return units < 0 || count.total + units <= number(of[2]); };
      if (of[0] == "f" && !fit()) free_lost(count, number(given[3]), mine);
      fits.push_back(fit());
      const std::int64_t wait = number(given[2]);
      if (of[1] == "1" && !fit() && what == "taken") what = "refused";
      if (units > 0 && now_ >= count.made && now_ < count.made + wait &&
          count.made > number(of[7]) + wait)
        what = "young";
    }
    std::vector<redis::Reply> out{redis::Reply::of(what)};
    for (std::size_t i = 0; i < call.keys.size(); ++i) {
      const std::string* const of = &given[kFirst + i * kEach];
      Count& count = counts_[call.keys[i]];
      std::int64_t taken = 0;
      if (what == "taken" && (fits[i] || of[0] == "w")) {
        taken = number(of[4]);
        const std::int64_t left = number(of[2]) - count.total - taken;
        if (fits[i] && number(of[5]) > 0 && left > 0)
          taken += std::min(number(of[5]), left / number(of[6]));
        count.claims[mine].units += taken;
        count.total += taken;
      }
      out.push_back(redis::Reply::of(
          std::vector<redis::Reply>{redis::Reply::of(std::int64_t{fits[i] ? 1 : 0}),
                                    text(count.total), redis::Reply::of(of[2]), text(taken)}));
    }
    return redis::Reply::of(std::move(out));
  }

  redis::Reply state(const redis::Call& call) {
    const auto& given = call.arguments;
    const bool made = !counts_.contains(call.keys[0]);
    Count& count = counts_[call.keys[0]];
    if (made) count.made = now_;
    if (!given[5].empty()) {
      std::erase_if(count.claims, [&](const auto& claim) {
        const bool gone = is_earlier(process_of_claim(claim.first), given[5], number(given[6]));
        if (gone) count.total -= claim.second.units;
        return gone;
      });
    }
    std::int64_t unknown = 0;
    std::int64_t later = 0;
    for (std::size_t at = 8; at < given.size(); at += 5) {
      const Claimed stated{number(given[at + 1]), number(given[at + 2])};
      const auto known = count.claims.find(given[at]);
      if (known == count.claims.end()) {
        ++unknown;
        count.total += stated.units - number(given[at + 3]);
        count.claims[given[at]] = stated;
      } else if (given[at + 4] != "=" && known->second.session < stated.session) {
        ++unknown;
        count.total += stated.units - known->second.units;
        known->second = stated;
      } else if (given[at + 4] == "=" && known->second.session > stated.session) {
        ++later;
      } else if (given[at + 4] == "=") {
        count.total += stated.units - known->second.units;
        known->second = stated;
      }
    }
    if (!given[4].empty()) count.used[given[3]] = number(given[4]);
    count.heard[given[3]] = now_;
    return redis::Reply::of(std::vector<redis::Reply>{
        redis::Reply::of(unknown), text(count.total), text(0), redis::Reply::of(later),
        redis::Reply::of(std::int64_t{made ? 1 : 0})});
  }

  redis::Reply look(const redis::Call& call) {
    const auto found = counts_.find(call.keys[0]);
    const Count count = found == counts_.end() ? Count() : found->second;
    std::map<std::string, std::int64_t> claims;
    for (const auto& [name, claim] : count.claims) claims[process_of_claim(name)] += claim.units;
    std::vector<redis::Reply> out{text(count.total), text(0)};
    for (const auto& [process, units] : claims) {
      const auto used = count.used.find(process);
      out.push_back(redis::Reply::of(process));
      out.push_back(text(units));
      out.push_back(text(used == count.used.end() ? 0 : used->second));
      out.push_back(text(0));
      const bool told = count.claims.contains("c:" + process + "/s");
      out.push_back(redis::Reply::of(std::int64_t{told ? 1 : 0}));
    }
    return redis::Reply::of(std::move(out));
  }

  redis::Reply beat(const redis::Call& call) {
    const std::string& member = call.arguments[0];
    if (made_ == 0) made_ = ++makings_;
    if (call.arguments[2] == "1") processes_.erase(member);
    if (call.arguments[2] != "1") processes_[member] = now_;
    std::vector<redis::Reply> out{text(made_)};
    for (const auto& [one, heard] : processes_) {
      if (now_ - heard <= number(call.arguments[1])) out.push_back(redis::Reply::of(one));
    }
    return redis::Reply::of(std::move(out));
  }

  std::int64_t now_ = 1'800'000'000'000'000;
  std::int64_t made_ = 0;
  std::int64_t makings_ = 0;
  std::map<std::string, Count> counts_;
  std::map<std::string, std::int64_t> processes_;
};

}  // namespace tollgate::shared_quotas
