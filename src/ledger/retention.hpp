// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record_store.hpp"

// What the ledger deletes, and how it keeps its file in shape; each call within a transaction of
// the caller's. Errors: storage.
namespace tollgate::ledger {

/// Deletes blocks that nobody waits for any more, the oldest first, a batch. By age,
/// `arrived_before`; as long as the database holds more than `most` bytes, whatever every required
/// exporter has, and for the others it counts as given up; without any exporter the age counts all
/// the same. None goes before it is rolled up, once there are roll-ups. True: there may be more.
Result<bool> delete_old_blocks(RecordStore& store, UtcTime arrived_before, std::uint64_t most);

/// Deletes adjustments that were made before then and that nobody waits for any more, a batch.
/// Those of records that are kept stay. True: there may be more.
Result<bool> delete_old_adjustments(RecordStore& store, UtcTime made_before);
/// Records that began up to then may have been deleted, by age or for want of room; nullopt: none
/// was. In a database of an earlier version it is as late as it can be.
Result<std::optional<UtcTime>> deleted_to(Database& database);
/// The same of adjustments, too: what began later is all there, with what it costs in the end.
Result<std::optional<UtcTime>> all_deleted_to(Database& database);

/// Forgets stored responses that their backends have deleted, and journal files that are gone for
/// long; a batch. Of one that went before its time the loss stays known for `retention`, as long as
/// what it held would have been kept.
Result<void> forget_old(RecordStore& store, const std::string& journal_directory, UtcTime now,
                        seconds retention);

/// What the database holds, in bytes, without the pages that are free for use.
Result<std::uint64_t> used_bytes(Database& database);

}  // namespace tollgate::ledger
