// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "recovery.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

#include "entry_scanner.hpp"
#include "record_codec.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return std::move(bytes).str();
}

void keep_aside(const std::string& directory, const std::string& path) {
  std::error_code ignored;
  const fs::path aside = fs::path(directory) / "damaged";
  fs::create_directory(aside, ignored);
  fs::permissions(aside, fs::perms::owner_all, ignored);
  fs::copy_file(path, aside / fs::path(path).filename(), fs::copy_options::skip_existing, ignored);
}

usage::UsageRecord interrupted(usage::UsageRecord intent) {
  intent.outcome = usage::Outcome::interrupted;
  intent.usage_basis = usage::UsageBasis::none;
  intent.usage_reason = "gateway_interrupted";
  return intent;
}

}  // namespace

std::vector<std::string> list_segments(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".segment") out.push_back(entry.path().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::uint64_t read_segment_file(
    const std::string& path,
    const std::function<void(EntryType, const usage::UsageRecord&)>& visit) {
  std::string bytes = read_whole(path);
  bytes.resize((bytes.size() + 7) & ~std::size_t{7});  // a truncated file may end anywhere
  if (!is_segment(bytes)) {
    // Zeroes alone are a segment whose process died before its first byte.
    const bool blank = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
    return blank ? 0 : 1;
  }
  EntryScanner scanner(bytes);
  std::uint64_t undecodable = 0;
  while (const auto entry = scanner.next_over_damage()) {
    if (entry->type == EntryType::seal) continue;
    if (const auto record = decode_record(entry->payload)) {
      visit(entry->type, *record);
    } else {
      ++undecodable;
    }
  }
  return scanner.damaged() + undecodable;
}

Result<RecoveryResult> recover(RecordTable& table, const std::string& directory) {
  RecoveryResult out;
  std::map<Uuid, usage::UsageRecord> open;
  std::map<Uuid, usage::UsageRecord> closed;
  Result<std::vector<usage::UsageRecord>> kept = table.kept_intents();
  if (!kept) return kept.error();
  for (usage::UsageRecord& intent : *kept) open.emplace(intent.record_id, std::move(intent));
  const std::vector<std::string> files = list_segments(directory);
  for (const std::string& path : files) {
    const std::uint64_t damaged =
        read_segment_file(path, [&](EntryType type, const usage::UsageRecord& record) {
          // The newest form of an intent counts; of closes there is one.
          (type == EntryType::intent ? open : closed).insert_or_assign(record.record_id, record);
        });
    if (damaged > 0) keep_aside(directory, path);
    out.damaged += damaged;
  }
  Transaction transaction(table.database());
  if (!transaction.begun()) return transaction.begun().error();
  for (const auto& [id, record] : closed) {
    const Result<bool> inserted = table.insert(record);
    if (!inserted) return inserted.error();
    open.erase(id);
  }
  for (const auto& [id, intent] : open) {
    const Result<bool> inserted = table.insert(interrupted(intent));
    if (!inserted) return inserted.error();
    if (*inserted) ++out.interrupted;
  }
  const Result<void> cleared = table.database().execute("DELETE FROM intents");
  if (!cleared) return cleared.error();
  const Result<void> committed = transaction.commit();
  if (!committed) return committed.error();
  std::error_code ignored;
  for (const std::string& path : files) fs::remove(path, ignored);
  return out;
}

}  // namespace tollgate::ledger
