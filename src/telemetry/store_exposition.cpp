// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "families.hpp"

namespace tollgate::telemetry {

void add_store(Families& out, const StoreSeries& calls, const StoreGauges& gauges) {
  for (const auto& [result, count] : calls.calls) {
    out.counter("tollgate_store_calls_total", "Calls of the store, by what became of them.",
                {{"result", result}}, static_cast<double>(count));
  }
  out.histogram("tollgate_store_call_duration_seconds",
                "How long calls of the store took that have an answer.", {}, calls.duration);
  for (const char* state : {"connecting", "ready", "down"}) {
    out.gauge("tollgate_store_state", "1 for the state that the store is in.", {{"state", state}},
              gauges.state == state ? 1 : 0);
  }
  out.gauge("tollgate_store_threads",
            "Threads that call the store: each worker, and the control plane.", {},
            static_cast<double>(gauges.threads));
  out.gauge("tollgate_store_threads_ready", "Those that can.", {},
            static_cast<double>(gauges.ready));
  out.gauge("tollgate_store_processes", "Processes that share it and were heard of lately.", {},
            static_cast<double>(gauges.processes));
  out.counter("tollgate_store_limits_asked_total", "Groups of limits that requests asked it for.",
              {}, static_cast<double>(gauges.limits_asked));
  out.counter("tollgate_store_limits_ahead_total",
              "Groups of limits that needed no call, for enough was had ahead.", {},
              static_cast<double>(gauges.limits_ahead));
  for (const auto& [way, count] : gauges.without) {
    out.counter("tollgate_quota_without_store_total",
                "Limits of requests that were decided without the store, by on_store_failure.",
                {{"way", way}}, static_cast<double>(count));
  }
}

}  // namespace tollgate::telemetry
