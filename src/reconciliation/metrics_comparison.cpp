// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "bill_sums.hpp"
#include "causes.hpp"
#include "day_after.hpp"
#include "tollgate/reconciliation/comparison.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

/// A metric of a place.
using MetricKey = std::pair<Place, Metric>;

OurSum our_metric(const OurPlace* place, Metric metric) {
  return place == nullptr ? OurSum{} : place->metrics[static_cast<std::size_t>(metric)];
}

/// Compares the metrics of places one after the other.
class MetricsComparison {
 public:
  MetricsComparison(const AzureMetrics& metrics, const OurUsage& ours, const ComparisonTerms& terms)
      : ours_(ours), terms_(terms) {
    for (const MetricRow& row : metrics.rows) {
      azure_[{Place{row.day, row.resource, row.deployment}, row.metric}] += row.total;
      days_.insert(row.day);
    }
    out_.used = metrics.rows.size();
    out_.notes = notes_of(metrics.left_out);
    for (const auto& [place, of] : ours.places()) {
      for (std::size_t i = 0; i < kMetricNames.size(); ++i) {
        if (of.metrics[i].quantity > 0) azure_.try_emplace({place, static_cast<Metric>(i)}, 0);
      }
    }
  }

  Comparison finish() && {
    for (const auto& [key, total] : azure_) add(key, total);
    return std::move(out_);
  }

 private:
  void add(const MetricKey& key, Int128 total) {
    const OurPlace* const place = find_place(ours_, key.first);
    const OurSum sum = our_metric(place, key.second);
    ComparedRow row;
    row.place = key.first;
    row.counted = to_string(key.second);
    row.azure_quantity = total;
    row.our_quantity = sum.quantity;
    explain_gap(row, {.ours = &sum,
                      .place = place,
                      .of_requests = key.second == Metric::requests,
                      .terms = &terms_,
                      .possible = place == nullptr ? Int128{0} : place->possible.of(key.second),
                      .carried = carried(key, place),
                      .across_midnight = across_midnight(key, sum)});
    out_.rows.push_back(std::move(row));
  }

  /// Azure's less ours; nullopt: its file has nothing of the day.
  std::optional<Int128> gap(const MetricKey& key) const {
    if (!days_.contains(key.first.day)) return std::nullopt;
    const auto found = azure_.find(key);
    const Int128 azure = found == azure_.end() ? Int128{0} : found->second;
    return azure - our_metric(find_place(ours_, key.first), key.second).quantity;
  }

  /// As BillGaps has it.
  OurSum carried(const MetricKey& key, const OurPlace* place) const {
    OurSum out;
    if (place == nullptr) return out;
    for (const auto& [from, sum] : place->carried_metrics) {
      if (from.second != key.second) continue;
      MetricKey there = key;
      there.first.day = from.first;
      const auto gap_there = gap(there);
      out.quantity += gap_there ? std::clamp(-*gap_there, Int128{0}, sum.quantity) : sum.quantity;
    }
    return out;
  }

  Int128 across_midnight(const MetricKey& key, const OurSum& ours) const {
    MetricKey next = key;
    next.first.day = day_after(key.first.day);
    const auto gap_there = gap(next);
    return gap_there ? std::clamp(*gap_there, Int128{0}, ours.across_midnight)
                     : ours.across_midnight;
  }

  const OurUsage& ours_;
  const ComparisonTerms& terms_;
  std::map<MetricKey, Int128> azure_;
  std::set<std::string> days_;
  Comparison out_;
};

}  // namespace

Comparison compare(const AzureMetrics& metrics, const OurUsage& ours,
                   const ComparisonTerms& terms) {
  return MetricsComparison(metrics, ours, terms).finish();
}

}  // namespace tollgate::reconciliation
