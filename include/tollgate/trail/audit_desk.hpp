// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/trail/delivery.hpp"
#include "tollgate/trail/master_keys.hpp"
#include "tollgate/trail/store_settings.hpp"
#include "tollgate/trail/stored_row.hpp"

namespace tollgate::trail {

/// Who uses the desk, and with which command: what each access row says.
struct Reader {
  std::string name;
  std::string command;
};

/// Which access rows are meant: those for which all that is given holds.
struct AccessFilter {
  std::optional<UtcTime> from;
  std::optional<UtcTime> until;  ///< exclusive
  std::optional<std::string> reader;
  std::optional<std::string> record_id;  ///< it was read, as far as the row has room to say
  std::int64_t after = 0;                ///< to read on
  std::int64_t up_to = 0;                ///< 0: to what is there by now
  std::size_t limit = 1000;              ///< that are looked at
  bool goes_on = false;                  ///< the reading was begun before
};

struct FoundAccesses {
  std::vector<AccessRow> rows;
  /// Rows that are there, within the period, and cannot be read: any may be one that fits.
  std::size_t damaged = 0;
  std::int64_t read_to = 0;  ///< the last that was looked at; 0: there was none
  /// For reading on, which would otherwise come upon its own rows for ever.
  std::int64_t up_to = 0;
  std::string unmarked = {};  ///< as FoundRows::unmarked
};

/// What an erasure did.
struct Erased {
  std::uint64_t keys = 0;  ///< data keys that are gone
  std::uint64_t rows = 0;  ///< rows whose content went with them
  // Where there were no keys to erase: what an erasure before this one did.
  std::uint64_t keys_before = 0;
  std::uint64_t rows_before = 0;       ///< that are still there, without content
  std::optional<UtcTime> erased_from;  ///< of the first; nullopt: an old version noted none
  std::optional<UtcTime> erased_at;    ///< of the last
  /// Why the keys may still stand in the database's log; empty: they do not. Erasing again, which
  /// finds no more keys, tries once more.
  std::string left_in_log;
  /// Which of the mark files does not say so, and why: a backup that has the content again may not
  /// be known for one. Erasing again notes it. Empty: both say so.
  std::string unmarked;
};

/// What an operator does with the audit trail, beside a running gateway or without one. Every
/// reading and erasing leaves an access row, which is durable before anything is given out, as is
/// its place in one of the mark files at least. May wait for the gateway to finish a transaction.
/// Errors where nothing else is said: storage.
class AuditDesk {
 public:
  /// Errors: not_found, there is no such file; storage, also when another version wrote it or a
  /// master key is missing.
  static Result<AuditDesk> open(const StoreSettings& settings, const MasterKeys& masters);
  AuditDesk(AuditDesk&&) noexcept;
  AuditDesk& operator=(AuditDesk&&) noexcept;
  ~AuditDesk();

  /// What else than a file stands where a file of the trail is, or would be made, as a sentence; no
  /// gateway starts then. nullopt: nothing does.
  static std::optional<std::string> in_way(const StoreSettings& settings);

  /// Whether these master keys open the trail, where there is one and this user may write to it;
  /// leaves no access row, and changes nothing. Error storage: a data key was wrapped by none of
  /// them; or the database is damaged.
  static Result<void> check_keys(const std::string& path, const MasterKeys& masters);

  /// Whether the trail there has the rows that were given out of it, by both mark files; changes
  /// nothing. Error forbidden: it was restored from a backup, and what to do; storage: a file
  /// cannot be read, and which.
  static Result<void> check_marks(const StoreSettings& settings);
  /// What is to be said of data keys that nobody erased, and that are gone or cannot be unwrapped;
  /// empty: there are none. As check_keys() otherwise.
  static Result<std::string> key_faults(const std::string& path, const MasterKeys& masters);

  /// Of the trail's last row; 0: it has none.
  Result<std::int64_t> last_sequence();

  Result<FoundRows> read(const RowFilter& filter, const Reader& reader, UtcTime now);

  /// Of a page that was read, the RecordIds of the exchanges that are given out once the search has
  /// returned; may take the rows. Of an empty page too: behind the last.
  using Pick = std::function<std::vector<std::string>(FoundRows& page)>;
  /// A reading that gives out what holds a text. `sought` is that text as it may stand in the
  /// access row; empty: any. That names the exchanges of `pick`, and counts the rows of the page.
  Result<FoundRows> search(const RowFilter& filter, const std::string& sought, const Pick& pick,
                           const Reader& reader, UtcTime now);

  /// Who read and erased what, in order. A reading too: its own row is there when it returns, and
  /// not in what it returns.
  Result<FoundAccesses> accesses(AccessFilter filter, const Reader& reader, UtcTime now);

  /// Erases the content of a client's rows of a month ("2026-11", UTC, of the event), or of a
  /// caller in all months: deletes their data keys and overwrites them in the database and its log.
  /// Their rows stay, as erased, and the proof with them. It cannot reach copies of the database,
  /// blocks that the file system has moved, or rows that were delivered. Error unavailable: the
  /// keys are deleted, but a reader keeps the log from being cut; call it again.
  Result<Erased> erase(const std::string& client, const std::string& month, const Reader& reader,
                       UtcTime now);
  Result<Erased> erase_caller(const std::string& caller, const Reader& reader, UtcTime now);

  Result<std::vector<StreamProgress>> exporters();
  /// What the exporter's destination refused is sent again, or not kept any longer. Both return how
  /// many rows.
  Result<std::size_t> retry(const std::string& exporter);
  Result<std::size_t> release(const std::string& exporter);

  /// An operator knows that an earlier database is gone, and what is damaged. False: there was
  /// nothing that is told.
  Result<bool> acknowledge_loss();

 private:
  struct Parts;
  explicit AuditDesk(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace tollgate::trail
