// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/object_directory.hpp"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace tollgate::ledger {

namespace asio = boost::asio;

namespace {

asio::awaitable<Result<std::optional<StoredObject>>> look_up(Ledger& ledger, std::string id) {
  co_return ledger.find_object(id);
}

}  // namespace

ObjectDirectory::ObjectDirectory(Ledger& ledger, asio::any_io_executor disk)
    : ledger_(ledger), disk_(std::move(disk)) {}

void ObjectDirectory::note(StoredObject object) {
  const std::lock_guard lock(mutex_);
  std::string id = object.id;
  if (!objects_.insert_or_assign(id, std::move(object)).second) return;
  order_.push_back(std::move(id));
  if (order_.size() <= kMostRemembered) return;
  objects_.erase(order_.front());
  order_.pop_front();
}

std::optional<StoredObject> ObjectDirectory::remembered(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(id);
  return found == objects_.end() ? std::nullopt : std::optional(found->second);
}

asio::awaitable<Result<std::optional<StoredObject>>> ObjectDirectory::find(std::string id) {
  std::optional<StoredObject> known = remembered(id);
  if (known) co_return known;
  co_return co_await asio::co_spawn(disk_, look_up(ledger_, std::move(id)), asio::use_awaitable);
}

}  // namespace tollgate::ledger
