// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/base/digest.hpp"
#include "tollgate/trail/checkpoint.hpp"
#include "tollgate/trail/stored_row.hpp"
#include "tollgate/trail/verifier.hpp"

namespace tollgate::trail {

/// What is kept of a row.
struct SeenRow {
  Sha256 digest{};          ///< of all that the leaf says but the place
  bool fits_itself = true;  ///< its leaf hash and its commitment are those that it names
  /// Of one that is not whole, nothing opens its commitment.
  ContentState content = ContentState::whole;
  std::string what;  ///< record, kind, form and part, for people
};

/// A signed state, and what proves it where it came as a row.
struct SeenCheckpoint {
  Checkpoint state;
  std::optional<CheckpointProof> proof;
};

/// All that was seen of one trail, and what is to be said of it. Pure.
class SeenTrail {
 public:
  explicit SeenTrail(std::string origin) { summary_.origin = std::move(origin); }

  void add_row(std::int64_t sequence, SeenRow row);
  /// Its signature is valid.
  void add_checkpoint(SeenCheckpoint checkpoint);

  TrailSummary finish(std::vector<Finding>& findings);

 private:
  void check_checkpoints();
  bool check_proof(const SeenCheckpoint& checkpoint);
  void check_extension(const SeenCheckpoint& checkpoint, const SeenCheckpoint& before);
  void check_note(const SeenCheckpoint& note);
  void check_doubles();
  void check_rows();
  void name_wrong(const std::vector<std::int64_t>& wrong);
  void find_missing();
  void report(Fault fault, std::int64_t first, std::int64_t last, std::string detail);

  TrailSummary summary_;
  std::map<std::int64_t, SeenRow> rows_;
  std::vector<std::pair<std::int64_t, SeenRow>> doubles_;  ///< others at a place that has a row
  std::map<std::uint64_t, std::vector<SeenCheckpoint>> checkpoints_;  ///< by size
  std::vector<const SeenCheckpoint*> notes_alone_;
  std::map<std::int64_t, Sha256> expected_;  ///< leaves that signed checkpoints speak for
  std::int64_t noted_to_ = 0;  ///< the size of the largest note that no row's checkpoint reaches
  std::vector<Finding>* findings_ = nullptr;
};

}  // namespace tollgate::trail
