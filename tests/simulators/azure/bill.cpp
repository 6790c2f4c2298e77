// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "bill.hpp"

#include <map>
#include <tuple>

namespace tollgate::simulator {

using nlohmann::json;

namespace {

constexpr std::size_t kSeenKept = 32;

struct Class {
  const char* name;
  std::int64_t Tokens::*count;
};

constexpr Class kClasses[] = {{"prompt_tokens", &Tokens::prompt},
                              {"completion_tokens", &Tokens::completion},
                              {"cached_tokens", &Tokens::cached},
                              {"reasoning_tokens", &Tokens::reasoning},
                              {"prompt_audio_tokens", &Tokens::prompt_audio},
                              {"completion_audio_tokens", &Tokens::completion_audio},
                              {"image_tokens", &Tokens::image},
                              {"accepted_prediction_tokens", &Tokens::accepted_prediction},
                              {"rejected_prediction_tokens", &Tokens::rejected_prediction}};

/// Writes an object's members straight to text: a bill of 100,000 entries is read in a test's loop.
/// Strings of text() are ids and names of ours, which need no escaping; foreign() takes any bytes.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }

  void text(std::string_view name, std::string_view value) {
    key(name);
    out_.append("\"").append(value).append("\"");
  }
  void foreign(std::string_view name, std::string_view value) {
    raw(name, json(value).dump(-1, ' ', true, json::error_handler_t::replace));
  }
  void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
  void number(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
  void raw(std::string_view name, std::string_view value) {
    key(name);
    out_ += value;
  }

 private:
  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    out_.append("\"").append(name).append("\":");
  }
  std::string& out_;
};

void append(std::string& out, const BillEntry& e) {
  Members members(out);
  members.text("request_id", e.request_id);
  members.foreign("client_request_id", e.client_request_id);
  members.text("resource", e.resource);
  members.text("deployment", e.deployment);
  members.text("model", e.model);
  members.text("operation", e.operation);
  members.flag("stream", e.stream);
  members.number("status", e.status);
  members.text("kind", e.charge.kind);
  members.flag("charged", e.charge.charged);
  for (const Class& c : kClasses) members.number(c.name, e.charge.tokens.*c.count);
  members.number("total_tokens", e.charge.tokens.total());
  members.raw("quantity", json(e.charge.quantity).dump());
  members.flag("usage_details", e.charge.details);
  members.text("object_id", e.charge.object_id);
  members.flag("completed", e.ended == "whole");
  members.text("ended", e.ended);
  members.flag("usage_sent", e.usage_sent);
  members.number("produced_tokens", e.produced);
  members.raw("seen_in", json(e.seen_in).dump());
  out += '}';
}

}  // namespace

template <class Change>
void Bill::change(Ref ref, Change apply) {
  const std::lock_guard lock(mutex_);
  if (ref.epoch == epoch_ && ref.index < entries_.size()) apply(entries_[ref.index]);
}

Bill::Ref Bill::book(BillEntry entry) {
  entry.at = std::chrono::system_clock::now();
  const std::lock_guard lock(mutex_);
  entries_.push_back(std::move(entry));
  return {epoch_, entries_.size() - 1};
}

void Bill::due(Ref ref, SteadyTime when) {
  change(ref, [&](BillEntry& e) { e.charge.due = when; });
}

void Bill::cancel(Ref ref) {
  change(ref, [](BillEntry& e) {
    e.charge.due = {};
    e.charge.charged = e.charge.told = e.charge.details = false;
    e.charge.kind = "none";
    e.charge.tokens = {};
  });
}

void Bill::produced(Ref ref, std::int64_t completion_tokens) {
  change(ref, [&](BillEntry& e) { e.produced = completion_tokens; });
}

void Bill::usage_sent(Ref ref) {
  change(ref, [](BillEntry& e) { e.usage_sent = e.charge.told; });
}

void Bill::seen(Ref ref, const std::string& request_id) {
  change(ref, [&](BillEntry& e) {
    if (e.seen_in.size() < kSeenKept) e.seen_in.push_back(request_id);
  });
}

void Bill::ended(Ref ref, std::string_view how) {
  change(ref, [&](BillEntry& e) { e.ended = how; });
}

void Bill::client_gone(Ref ref, bool charge_all) {
  change(ref, [&](BillEntry& e) {
    e.ended = "client_gone";
    if (charge_all || e.charge.outlives_request || e.charge.kind != "tokens") return;
    e.charge.tokens = cut_to(e.charge.tokens, e.produced);
  });
}

void Bill::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  ++epoch_;
}

void Bill::visit_all(const std::function<void(const BillEntry&)>& visit) const {
  const SteadyTime now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  for (const BillEntry& entry : entries_) {
    if (entry.charge.due <= now) visit(entry);
  }
}

void Bill::visit_charged(const std::function<void(const BillEntry&)>& visit) const {
  visit_all([&](const BillEntry& entry) {
    if (entry.charge.charged) visit(entry);
  });
}

std::string Bill::entries() const {
  const SteadyTime now = std::chrono::steady_clock::now();
  std::string out = "[";
  const std::lock_guard lock(mutex_);
  for (const BillEntry& e : entries_) {
    if (e.charge.due > now) continue;
    if (out.size() > 1) out += ',';
    append(out, e);
  }
  return out + "]";
}

json Bill::summary() const {
  struct Sum {
    std::int64_t operations = 0;
    Tokens tokens;
  };
  const SteadyTime now = std::chrono::steady_clock::now();
  std::map<std::tuple<std::string_view, std::string_view, std::string_view>, Sum> sums;
  {
    const std::lock_guard lock(mutex_);
    for (const BillEntry& e : entries_) {
      if (!e.charge.charged || e.charge.due > now) continue;
      Sum& sum = sums[{e.resource, e.deployment, e.model}];
      ++sum.operations;
      sum.tokens = sum.tokens + e.charge.tokens;
    }
  }
  json out = json::array();
  for (const auto& [key, sum] : sums) {
    json row{{"resource", std::get<0>(key)},
             {"deployment", std::get<1>(key)},
             {"model", std::get<2>(key)},
             {"operations", sum.operations},
             {"total_tokens", sum.tokens.total()}};
    for (const Class& c : kClasses) row[c.name] = sum.tokens.*c.count;
    out.push_back(std::move(row));
  }
  return out;
}

}  // namespace tollgate::simulator
