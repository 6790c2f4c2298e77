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
}

}  // namespace tollgate::telemetry
