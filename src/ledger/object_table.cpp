// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "object_table.hpp"

namespace tollgate::ledger {
namespace {

Result<void> note_conversation(Database& database, const usage::UsageRecord& record) {
  if (record.conversation_id.empty()) return {};
  Statement statement =
      database.prepare("INSERT OR IGNORE INTO object_conversations VALUES (?, ?)");
  for (const std::string& id : record.stored_objects) {
    statement.bind(1, std::string_view(id));
    statement.bind(2, std::string_view(record.conversation_id));
    const Result<void> done = statement.run();
    if (!done) return done;
  }
  return {};
}

/// Responses made before then, as a condition on `id`: through their index by time, or every object
/// would be looked at each time. Parameters: the time, and how many.
constexpr const char* kOldResponses =
    " WHERE id IN (SELECT id FROM objects INDEXED BY responses_by_time WHERE id >= 'resp_' AND id "
    "< 'resp`' AND made_at < ? ORDER BY made_at LIMIT ?)";

Result<void> forget_in(Database& database, const char* table, UtcTime made_before,
                       std::size_t limit) {
  Statement statement =
      database.prepare(std::string("DELETE FROM ").append(table).append(kOldResponses));
  statement.bind(1, to_unix_micros(made_before));
  statement.bind(2, static_cast<std::int64_t>(limit));
  return statement.run();
}

}  // namespace

Result<void> note_objects(Database& database, const usage::UsageRecord& record) {
  Statement statement = database.prepare("INSERT OR IGNORE INTO objects VALUES (?, ?, ?, ?, ?, ?)");
  for (const std::string& id : record.stored_objects) {
    statement.bind(1, std::string_view(id));
    statement.bind(2, std::string_view(record.client_name));
    statement.bind(3, std::string_view(record.backend));
    statement.bind(4, std::string_view(record.backend_deployment));
    statement.bind(5, std::string_view(record.requested_model));
    statement.bind(6, to_unix_micros(record.event_time));
    const Result<void> done = statement.run();
    if (!done) return done;
  }
  return note_conversation(database, record);
}

Result<std::vector<StoredObject>> find_objects(Database& database,
                                               std::span<const std::string> ids) {
  std::vector<StoredObject> out;
  if (ids.empty()) return out;
  std::string sql =
      "SELECT id, client_name, backend, deployment, model, COALESCE(conversation, '') FROM objects "
      "LEFT JOIN object_conversations USING (id) WHERE id IN (?";
  for (std::size_t i = 1; i < ids.size(); ++i) sql.append(",?");
  Statement statement = database.prepare(sql.append(")"));
  int index = 0;
  for (const std::string& id : ids) statement.bind_view(++index, id);
  for (;;) {
    const Result<bool> row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back({statement.text(0), statement.text(1), statement.text(2), statement.text(3),
                   statement.text(4), statement.text(5)});
  }
}

Result<void> forget_responses(Database& database, UtcTime made_before, std::size_t limit) {
  // First what is found by the others.
  const Result<void> done = forget_in(database, "object_conversations", made_before, limit);
  return done ? forget_in(database, "objects", made_before, limit) : done;
}

}  // namespace tollgate::ledger
