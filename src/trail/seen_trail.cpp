// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "seen_trail.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "tollgate/trail/row_digest.hpp"

namespace tollgate::trail {
namespace {

/// As many comparisons of a misplaced row with other places; beyond, it counts as changed.
constexpr std::size_t kMostPlaces = 1024;

std::int64_t as_sequence(std::uint64_t size) { return static_cast<std::int64_t>(size); }

}  // namespace

void SeenTrail::add_row(std::int64_t sequence, SeenRow row) {
  const auto [place, is_new] = rows_.try_emplace(sequence, row);
  if (is_new) return;
  SeenRow& known = place->second;
  if (known.digest == row.digest && known.fits_itself == row.fits_itself) {
    ++summary_.repeated;
    known.content = std::min(known.content, row.content);
    return;
  }
  // Both are compared with what checkpoints say: one of them may be what it was.
  doubles_.emplace_back(sequence, std::move(row));
}

void SeenTrail::add_checkpoint(SeenCheckpoint checkpoint) {
  checkpoints_[checkpoint.state.size].push_back(std::move(checkpoint));
}

TrailSummary SeenTrail::finish(std::vector<Finding>& findings) {
  findings_ = &findings;
  check_checkpoints();
  check_doubles();
  check_rows();
  find_missing();
  summary_.rows = rows_.size();
  if (!rows_.empty()) {
    summary_.first = rows_.begin()->first;
    summary_.last = rows_.rbegin()->first;
  }
  const std::int64_t proved_to = expected_.empty() ? 0 : expected_.rbegin()->first;
  const auto behind = rows_.upper_bound(proved_to);
  summary_.unproved_from = behind == rows_.end() ? 0 : behind->first;
  return summary_;
}

void SeenTrail::check_checkpoints() {
  const SeenCheckpoint* before = nullptr;
  for (const auto& [size, states] : checkpoints_) {
    ++summary_.checkpoints;
    const SeenCheckpoint* best = &states.front();
    for (const SeenCheckpoint& state : states) {
      if (state.state.root != best->state.root) {
        report(Fault::not_an_extension, as_sequence(size), as_sequence(size),
               "two checkpoints of this size have different roots");
      }
      if (state.proof) best = &state;
    }
    if (best->proof && check_proof(*best)) {
      if (before != nullptr) check_extension(*best, *before);
      before = best;
    } else if (!best->proof) {
      notes_alone_.push_back(best);
    }
  }
  for (const SeenCheckpoint* note : notes_alone_) check_note(*note);
}

/// Whether the checkpoint's leaves lead to its root; then they are what rows are compared with.
bool SeenTrail::check_proof(const SeenCheckpoint& checkpoint) {
  const CheckpointProof& proof = *checkpoint.proof;
  const Frontier after = proof.after();
  if (after.size() != checkpoint.state.size || after.root() != checkpoint.state.root) {
    report(Fault::bad_checkpoint, as_sequence(checkpoint.state.size),
           as_sequence(checkpoint.state.size), "its leaves do not lead to its root");
    return false;
  }
  std::int64_t sequence = as_sequence(proof.before.size());
  for (const Sha256& leaf : proof.leaves) expected_.try_emplace(++sequence, leaf);
  return true;
}

/// `before` is the checkpoint before it among those that came with a proof.
void SeenTrail::check_extension(const SeenCheckpoint& checkpoint, const SeenCheckpoint& before) {
  const std::uint64_t from = checkpoint.proof->before.size();
  const std::uint64_t known = before.state.size;
  if (from > known) {
    report(Fault::missing_checkpoint, as_sequence(known) + 1, as_sequence(from),
           "no checkpoint tells of these rows");
    return;
  }
  Frontier grown = checkpoint.proof->before;
  for (std::uint64_t i = from; i < known; ++i) grown.append(checkpoint.proof->leaves[i - from]);
  if (grown.root() == before.state.root) return;
  report(Fault::not_an_extension, as_sequence(checkpoint.state.size),
         as_sequence(checkpoint.state.size),
         "its tree did not grow out of that of " + std::to_string(known) + " rows");
}

/// A note of another sink, compared with the trees of the rows' checkpoints where one of them
/// passes through its size.
void SeenTrail::check_note(const SeenCheckpoint& note) {
  const std::uint64_t size = note.state.size;
  const auto at = checkpoints_.upper_bound(size);
  for (auto it = at; it != checkpoints_.end(); ++it) {
    for (const SeenCheckpoint& other : it->second) {
      if (!other.proof || other.proof->before.size() > size) continue;
      Frontier grown = other.proof->before;
      for (std::size_t i = 0; grown.size() < size && i < other.proof->leaves.size(); ++i) {
        grown.append(other.proof->leaves[i]);
      }
      if (grown.root() == note.state.root) return;
      report(Fault::not_an_extension, as_sequence(size), as_sequence(size),
             "the rows' own checkpoints tell of another tree than this note");
      return;
    }
  }
  noted_to_ = std::max(noted_to_, as_sequence(size));
}

/// Of two rows at one place, the one that a checkpoint speaks for is looked at further.
void SeenTrail::check_doubles() {
  for (auto& [sequence, row] : doubles_) {
    report(Fault::doubled, sequence, sequence, row.what + ", and another row with this place");
    SeenRow& known = rows_.at(sequence);
    const auto expected = expected_.find(sequence);
    const bool better = expected != expected_.end() && row.fits_itself &&
                        leaf_at(sequence, row.digest) == expected->second;
    if (better) known = std::move(row);
  }
}

void SeenTrail::check_rows() {
  std::vector<std::int64_t> wrong;
  for (const auto& [sequence, row] : rows_) {
    summary_.closed += row.content == ContentState::erased ? 1 : 0;
    if (row.content == ContentState::damaged)
      report(Fault::damaged, sequence, sequence,
             row.what + ": the gateway could not read its content, and nobody had erased it");
    const auto expected = expected_.find(sequence);
    const bool told = expected != expected_.end();
    const bool fits = !told || leaf_at(sequence, row.digest) == expected->second;
    summary_.proved += told && fits && row.fits_itself ? 1 : 0;
    if (!fits || !row.fits_itself) wrong.push_back(sequence);
  }
  name_wrong(wrong);
}

/// A row that is wrong where it stands may be right at another place that is wrong or empty: then
/// it was moved.
void SeenTrail::name_wrong(const std::vector<std::int64_t>& wrong) {
  std::vector<std::int64_t> places = wrong;
  for (const auto& [sequence, leaf] : expected_) {
    if (places.size() >= kMostPlaces) break;
    if (!rows_.contains(sequence)) places.push_back(sequence);
  }
  places.resize(std::min(places.size(), kMostPlaces));
  for (const std::int64_t sequence : wrong) {
    const SeenRow& row = rows_.at(sequence);
    const auto home = std::ranges::find_if(places, [&](std::int64_t place) {
      const auto expected = expected_.find(place);
      return place != sequence && expected != expected_.end() &&
             leaf_at(place, row.digest) == expected->second;
    });
    if (home == places.end()) {
      report(Fault::changed, sequence, sequence, row.what);
    } else {
      report(Fault::reordered, sequence, sequence,
             row.what + ", which belongs to " + std::to_string(*home));
    }
  }
}

/// Places without a row: those that checkpoints tell of, and those between two rows.
void SeenTrail::find_missing() {
  std::set<std::pair<std::int64_t, std::int64_t>> gaps;
  std::int64_t next = 0;
  const auto note = [&](std::int64_t to) {
    if (next != 0 && next < to) gaps.emplace(next, to - 1);
  };
  const std::int64_t first_told = expected_.empty() ? 0 : expected_.begin()->first;
  if (!rows_.empty()) next = rows_.begin()->first;
  if (first_told != 0) next = next == 0 ? first_told : std::min(next, first_told);
  for (const auto& [sequence, row] : rows_) {
    note(sequence);
    next = sequence + 1;
  }
  const std::int64_t last_told = expected_.empty() ? 0 : expected_.rbegin()->first;
  if (next == 0 && noted_to_ != 0) next = 1;
  note(std::max(last_told, noted_to_) + 1);
  for (const auto& [first, last] : gaps) {
    const bool older = !rows_.empty() && last < rows_.begin()->first;
    report(older ? Fault::not_given : Fault::missing, first, last,
           older ? "older than the first row that is there: whether a retention has deleted them, "
                   "they were not given, or somebody took them away, rows cannot tell"
           : first == last ? "a row is not there"
                           : "rows are not there");
  }
}

void SeenTrail::report(Fault fault, std::int64_t first, std::int64_t last, std::string detail) {
  findings_->push_back({fault, summary_.origin, first, last, std::move(detail)});
}

}  // namespace tollgate::trail
