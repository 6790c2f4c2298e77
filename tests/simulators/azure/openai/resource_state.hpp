// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

#include "behaviour.hpp"
#include "openai/generation.hpp"
#include "openai/kept.hpp"
#include "openai/work.hpp"

namespace tollgate::simulator {

/// A response that can be read again.
struct StoredResponse {
  Generation generation;
  nlohmann::ordered_json echo;  ///< members that repeat the request
  nlohmann::ordered_json input_items;
  Behaviour behaviour;
  bool background = false;
  Work work;
  Bill::Ref entry;
};

/// A run, a batch or a training, and what it comes to when its work is done.
struct StoredWork {
  Work work{};
  Generation generation{};
  Behaviour behaviour{};
  Bill::Ref entry{};
  bool wants_tools = false;  ///< a run that, done so far, waits for the outputs of its tools
  bool settled = false;      ///< what it makes has been made
};

/// All objects of one resource. Objects of other resources do not exist here.
struct ResourceState {
  static constexpr std::size_t kObjects = 50'000;
  static constexpr std::size_t kContents = 500;

  /// By path, as "/threads/thread_1/messages/msg_2": ids rise, so a collection is in order of age.
  Kept<nlohmann::ordered_json> objects{kObjects};
  Kept<StoredResponse> responses{kObjects};
  Kept<StoredWork> works{kObjects};       ///< by the path of their object
  Kept<std::string> contents{kContents};  ///< of files, by file id
};

/// The state and its lock: handlers hold it while they work, never across an await.
class GuardedState {
 public:
  class Lock {
   public:
    explicit Lock(GuardedState& of) : held_(of.mutex_), state_(&of.state_) {}
    ResourceState* operator->() const { return state_; }
    ResourceState& operator*() const { return *state_; }

   private:
    std::unique_lock<std::mutex> held_;
    ResourceState* state_;
  };

  Lock lock() { return Lock(*this); }

 private:
  std::mutex mutex_;
  ResourceState state_;
};

}  // namespace tollgate::simulator
