// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "delivery_set.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace tollgate::app {

void add_problems(const std::vector<NamedDelivery>& deliveries, const std::string& what,
                  std::vector<std::string>& out) {
  for (const NamedDelivery& delivery : deliveries) {
    if (delivery.status.consecutive_failures == 0) continue;
    std::string text = what;
    text.append(" to ")
        .append(delivery.exporter)
        .append(" fails: ")
        .append(delivery.status.last_error);
    if (delivery.status.alarm) text.append("; only an operator can help");
    out.push_back(std::move(text));
  }
}

void add_deliveries(const std::vector<NamedDelivery>& deliveries,
                    const std::vector<ledger::ExporterProgress>& progress,
                    std::vector<telemetry::ExporterGauges>& gauges) {
  for (telemetry::ExporterGauges& one : gauges) {
    for (const NamedDelivery& delivery : deliveries) {
      if (delivery.exporter != one.exporter) continue;
      one.delivered += delivery.status.delivered;
      one.failures += delivery.status.failures;
      one.consecutive_failures =
          std::max(one.consecutive_failures, delivery.status.consecutive_failures);
      one.alarm = one.alarm || delivery.status.alarm;
    }
    for (const ledger::ExporterProgress& waits : progress) {
      if (waits.exporter != one.exporter) continue;
      one.backlog += waits.backlog + waits.retrying;
      one.quarantined += waits.quarantined;
      one.given_up += waits.given_up;
      if (!waits.oldest) continue;
      const auto age = std::chrono::system_clock::now() - *waits.oldest;
      one.oldest_seconds = std::max(one.oldest_seconds, std::chrono::duration<double>(age).count());
    }
  }
}

DeliverySet::Place& DeliverySet::place_of(const config::Exporter& exporter, bool& is_new) {
  const auto found = std::find_if(places_.begin(), places_.end(), [&](const auto& place) {
    return place->settings.name == exporter.name;
  });
  is_new = found == places_.end();
  if (!is_new) return **found;
  auto slot = std::make_unique<DeliverySlot>(control_);
  if (started_) slot->start();
  return *places_.emplace_back(std::make_unique<Place>(Place{exporter, false, std::move(slot)}));
}

void DeliverySet::use(const std::vector<config::Exporter>& exporters, bool all_anew,
                      const Make& make) {
  const std::vector<Place*> before = std::exchange(order_, {});
  for (const config::Exporter& exporter : exporters) {
    bool is_new = false;
    Place& place = place_of(exporter, is_new);
    order_.push_back(&place);
    const bool same = place.in_use && place.settings.same_as(exporter) && !all_anew;
    place.in_use = true;
    place.settings = exporter;
    if (!same || is_new) place.slot->use(make(exporter));
  }
  for (Place* const place : before) {
    if (std::find(order_.begin(), order_.end(), place) != order_.end()) continue;
    place->in_use = false;
    place->slot->use(nullptr);
  }
}

void DeliverySet::start() {
  started_ = true;
  for (const auto& place : places_) place->slot->start();
}

void DeliverySet::stop() {
  for (const auto& place : places_) place->slot->stop();
}

bool DeliverySet::wait_for(milliseconds limit) {
  // The last chance may be in the middle of an upload: what is not acknowledged goes again next
  // time.
  const SteadyTime until = std::chrono::steady_clock::now() + DeliverySlot::kLastChance + limit;
  bool all = true;
  for (const auto& place : places_) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now());
    all = place->slot->wait_for(std::max(milliseconds(0), left)) && all;
  }
  return all;
}

std::vector<NamedDelivery> DeliverySet::status() const {
  std::vector<NamedDelivery> out;
  for (const Place* const place : order_) {
    out.push_back({place->settings.name, place->slot->status()});
  }
  return out;
}

}  // namespace tollgate::app
