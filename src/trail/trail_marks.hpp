// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/store_settings.hpp"

namespace tollgate::trail {

/// That a trail had so many rows when some were given out: whoever got them may have all of these.
/// And so many access rows: what was erased by then must not be there again.
struct TrailMark {
  std::string trail;
  std::int64_t sequence = 0;
  std::string leaf;  ///< of the row there, in hexadecimal; empty: it was deleted by then
  std::int64_t accesses = 0;

  bool operator==(const TrailMark&) const = default;
};

/// What is kept of it beside the database: a database that was restored from a backup does not know
/// what was given out since. Small files that say the same, each with two places a trail, which are
/// written in turn: one that is torn leaves the other. For several processes at a time. Error
/// storage.
class TrailMarks {
 public:
  /// A file that root makes becomes that of the owner of `beside`; empty: it stays root's.
  explicit TrailMarks(std::vector<std::string> paths, std::string beside = {})
      : paths_(std::move(paths)), beside_(std::move(beside)) {}

  /// What stands in the place of one of the files, as a sentence; nullopt: nothing does.
  std::optional<std::string> in_way() const;

  /// The highest of the trail's; nullopt: none is known.
  Result<std::optional<TrailMark>> find(std::string_view trail) const;
  /// On the disk, in each of them, when it returns. Makes files that are not there. Error: one does
  /// not say so; the others do all the same.
  Result<void> put(const TrailMark& mark) const;
  /// In one of them at least. Returns what of the others does not say so, and why; empty: all do.
  Result<std::string> put_in_any(const TrailMark& mark) const;

 private:
  std::vector<std::string> failures(const TrailMark& mark) const;

  std::vector<std::string> paths_;
  std::string beside_;
};

/// Both files of a trail: that beside the database, and that beside the ledger. Whoever writes or
/// reads marks of a trail has them from here.
TrailMarks marks_of(const StoreSettings& settings);

/// How many access rows the trail has had: retention deletes some.
Result<std::int64_t> accesses_ever(storage::Database& database);

/// That of the trail as it stands now; nullopt: it has no row yet.
Result<std::optional<TrailMark>> present_mark(storage::Database& database);

/// Error forbidden: rows were given out that the database does not have, or has others in place of;
/// says what to do. Nothing may be written into it. Error storage: a file cannot be read.
Result<void> check_marks(storage::Database& database, const TrailMarks& marks,
                         const std::string& path);

}  // namespace tollgate::trail
