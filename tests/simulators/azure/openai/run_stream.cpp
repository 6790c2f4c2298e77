// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/event_stream.hpp"
#include "openai/runs.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

class RunEvents {
 public:
  RunEvents(const ordered_json& kept, const StoredWork& run)
      : kept_(kept), run_(run), events_(run.behaviour) {}

  Answer all(const ordered_json& thread) {
    if (!thread.is_null()) events_.add("thread.created", thread);
    state("created", "queued");
    state("queued", "queued");
    state("in_progress", "in_progress");
    if (!message()) return events_.fail();
    const std::string end = run_status(run_, Work::State::done);
    for (const ordered_json& step : run_steps(kept_, run_, end))
      events_.add("thread.run.step.completed", step);
    events_.add("thread.run." + end, run_object(kept_, run_, end), end != "failed");
    events_.done("done");
    return events_.finish();
  }

 private:
  void state(const std::string& name, const std::string& status) {
    events_.add("thread.run." + name, run_object(kept_, run_, status));
  }

  /// False: the behaviour wants the stream to fail half-way.
  bool message() {
    const Generation& g = run_.generation;
    ordered_json whole = run_message(kept_, run_);
    ordered_json begun = whole;
    begun["status"] = "in_progress";
    begun["completed_at"] = nullptr;
    begun["content"] = json::array();
    for (const ordered_json& step : run_steps(kept_, run_, "in_progress"))
      events_.add("thread.run.step.created", step);
    events_.add("thread.message.created", begun);
    for (std::int64_t i = 0; i < g.words; ++i) {
      if (!run_.behaviour.error_event.empty() && i == g.words / 2) return false;
      events_.add("thread.message.delta", delta(whole["id"], word_at(i)));
    }
    events_.add("thread.message.completed", whole);
    return true;
  }

  static ordered_json delta(const ordered_json& id, const std::string& text) {
    const ordered_json part{{"index", 0}, {"type", "text"}, {"text", {{"value", text}}}};
    return {{"id", id},
            {"object", "thread.message.delta"},
            {"delta", {{"content", ordered_json::array({part})}}}};
  }

  const ordered_json& kept_;
  const StoredWork& run_;
  EventStream events_;
};

}  // namespace

Answer run_stream(const ordered_json& thread, const ordered_json& kept, const StoredWork& run) {
  return RunEvents(kept, run).all(thread);
}

}  // namespace tollgate::simulator
