// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/trail/signed_note.hpp"

namespace tollgate::trail {

/// What is wrong with rows that a sink gave back.
enum class Fault {
  unreadable,        ///< no row of the audit table
  missing,           ///< a place that a checkpoint covers, or that lies between two rows, is empty
  not_given,         ///< ... in front of every row that is there: deleted by a retention, perhaps
  changed,           ///< a row differs from its own hashes, or from what a checkpoint says of it
  reordered,         ///< a row stands at another place than the one it was given
  doubled,           ///< two rows that differ stand at one place
  bad_signature,     ///< a checkpoint is signed by no known key, or does not fit its signature
  bad_checkpoint,    ///< a checkpoint's leaves do not lead to its root
  not_an_extension,  ///< a checkpoint's tree did not grow out of the one before
  missing_checkpoint,  ///< nothing signed tells of the rows between two checkpoints
  damaged,             ///< a row whose content the gateway could not read any more, not erased
};

/// The enumerator's own name.
std::string_view to_string(Fault fault);

/// A fault, and where.
struct Finding {
  Fault fault = Fault::unreadable;
  std::string origin;      ///< gateway and trail; empty where the row does not say
  std::int64_t first = 0;  ///< sequences; of a checkpoint, its size
  std::int64_t last = 0;
  std::string detail;  ///< for people
};

/// What was there of a trail.
struct TrailSummary {
  std::string origin;
  std::uint64_t rows = 0;      ///< places that have a row
  std::uint64_t repeated = 0;  ///< rows that came again, the same
  std::uint64_t closed = 0;  ///< rows without salt: erased, so that nobody can check their content
  std::uint64_t checkpoints = 0;
  std::uint64_t proved = 0;  ///< rows that fit a signed checkpoint
  std::int64_t first = 0;    ///< sequences
  std::int64_t last = 0;
  std::int64_t unproved_from = 0;  ///< the first row behind the last checkpoint; 0: there is none
};

struct Verification {
  std::vector<Finding> findings;  ///< none: everything that is there is what it was
  std::vector<TrailSummary> trails;
  std::uint64_t unchecked = 0;  ///< checkpoints that came while no key was given
  /// Rows that say who read the trail: they have no hashes, and nothing is said of them.
  std::uint64_t accesses = 0;
};

/// Checks rows of any sink, in any order and as often as they come, against what they say of
/// themselves and what signed checkpoints say of them (docs/audit-proof.md). Keeps some hundred
/// bytes of each row. Pure.
class Verifier {
 public:
  /// Without keys rows are checked against themselves alone.
  explicit Verifier(std::vector<NoteVerifier> keys);
  Verifier(Verifier&&) noexcept;
  ~Verifier();

  /// A file of rows: an object a line; an array of objects; or `{"tables": [...]}` as Log Analytics
  /// answers. `name` is for findings.
  void add_rows(std::string_view text, const std::string& name);
  /// A note that went to another sink than the rows.
  void add_note(std::string_view note, const std::string& name);

  Verification finish();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace tollgate::trail
