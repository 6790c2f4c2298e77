// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/object_directory.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "lookup.hpp"
#include "tollgate/base/client_turns.hpp"

namespace tollgate::ledger {

namespace asio = boost::asio;

namespace {

/// After so many ids that memory knows the worker's other connections have their turn.
constexpr std::size_t kAtOnce = 16 * ObjectDirectory::kTurn;

/// By the record's client, where the record's operation was answered.
bool is_made_by(const StoredObject& object, const usage::UsageRecord& record) {
  return object.client_name == record.client_name && object.backend == record.backend;
}

}  // namespace

class ObjectDirectory::Turns : public ClientTurns<std::shared_ptr<Lookup>> {};

struct ObjectDirectory::Slice {
  std::vector<StoredObject> known;
  std::vector<std::string> unknown;
};

ObjectDirectory::ObjectDirectory(Ledger& ledger, asio::any_io_executor disk)
    : ledger_(ledger), disk_(std::move(disk)), turns_(std::make_unique<Turns>()) {}

ObjectDirectory::~ObjectDirectory() = default;

// NOLINTNEXTLINE(performance-unnecessary-value-param): it is moved in when it is new.
void ObjectDirectory::note(StoredObject object) {
  const std::lock_guard lock(mutex_);
  std::string id = object.id;
  if (!objects_.try_emplace(id, Noted{std::move(object)}).second) return;
  order_.push_back(std::move(id));
  if (order_.size() <= kMostRemembered) return;
  objects_.erase(order_.front());
  order_.pop_front();
}

void ObjectDirectory::note_kept(const usage::UsageRecord& record) {
  if (record.stored_objects.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const std::string& id : record.stored_objects) {
    const auto found = objects_.find(id);
    if (found == objects_.end()) continue;
    const StoredObject& object = found->second.object;
    if (is_made_by(object, record) && object.conversation == record.conversation_id)
      found->second.is_kept = true;
  }
}

void ObjectDirectory::leave_out_kept(usage::UsageRecord& record) const {
  if (record.stored_objects.empty()) return;
  const std::lock_guard lock(mutex_);
  std::erase_if(record.stored_objects, [&](const std::string& id) {
    const auto found = objects_.find(id);
    if (found == objects_.end() || !found->second.is_kept) return false;
    const StoredObject& object = found->second.object;
    return is_made_by(object, record) &&
           (record.conversation_id.empty() || object.conversation == record.conversation_id);
  });
}

ObjectDirectory::Slice ObjectDirectory::remembered(std::span<const std::string> ids,
                                                   const FoundObjects& told) const {
  Slice out;
  const std::lock_guard lock(mutex_);
  for (const std::string& id : ids) {
    if (const auto said = told.find(id); said != told.end()) {
      out.known.push_back(said->second);
      continue;
    }
    const auto found = objects_.find(id);
    if (found == objects_.end()) {
      out.unknown.push_back(id);
    } else {
      out.known.push_back(found->second.object);
    }
  }
  return out;
}

// Each look-up posts one of these, and each serves one: none is left behind. Nobody waits for the
// one whose look-up found no place.
void ObjectDirectory::serve_next() {
  std::optional<std::shared_ptr<Lookup>> taken;
  {
    const std::lock_guard lock(mutex_);
    taken = turns_->take();
  }
  if (!taken) return;
  const std::shared_ptr<Lookup> next = std::move(*taken);
  try {
    next->found = ledger_.find_objects(next->ids);
  } catch (...) {
    next->failure = std::current_exception();
  }
  Errand::done(next);
}

asio::awaitable<Result<std::vector<StoredObject>>> ObjectDirectory::look_up(
    std::string client, std::vector<std::string> ids, Cancellation& cancellation) {
  const auto lookup = std::make_shared<Lookup>(co_await asio::this_coro::executor);
  lookup->client = std::move(client);
  lookup->ids = std::move(ids);
  {
    // Its turn first, which waits for the lock: a look-up in line without one would stay there.
    const std::lock_guard lock(mutex_);
    asio::post(disk_, [this] { serve_next(); });
    turns_->add(lookup->client, lookup);
  }
  const bool done = co_await Errand::wait(lookup, cancellation);
  if (!done) co_return Error{Errc::cancelled, "the gateway stops"};
  if (lookup->failure) std::rethrow_exception(lookup->failure);
  co_return std::move(lookup->found);
}

asio::awaitable<Result<FoundObjects>> ObjectDirectory::find_all(ObjectQuestion question,
                                                                Cancellation& cancellation) {
  FoundObjects out;
  const FoundObjects nothing;
  const FoundObjects& told = question.told == nullptr ? nothing : *question.told;
  std::span<const std::string> rest = question.ids;
  std::size_t at_once = 0;
  while (!rest.empty()) {
    if (!cancellation.wanted()) co_return Error{Errc::cancelled, "nobody waits for the request"};
    const auto ids = rest.first(std::min(kTurn, rest.size()));
    rest = rest.subspan(ids.size());
    Slice slice = remembered(ids, told);
    for (StoredObject& object : slice.known) out.emplace(object.id, std::move(object));
    if (!slice.unknown.empty()) {
      Result<std::vector<StoredObject>> others =
          co_await look_up(question.client, std::move(slice.unknown), cancellation);
      if (!others) co_return others.error();
      for (StoredObject& object : *others) out.emplace(object.id, std::move(object));
      at_once = 0;
    }
    for (const std::string& id : ids) {
      const auto found = out.find(id);
      const Result<void> fine = question.judge(id, found == out.end() ? nullptr : &found->second);
      if (!fine) co_return fine.error();
    }
    at_once += ids.size();
    if (at_once < kAtOnce || rest.empty()) continue;
    at_once = 0;
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  }
  co_return out;
}

}  // namespace tollgate::ledger
