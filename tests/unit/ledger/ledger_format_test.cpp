// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "component_codec.hpp"
#include "delivery_table.hpp"
#include "entry_scanner.hpp"
#include "record_codec.hpp"
#include "schema.hpp"
#include "temp_directory.hpp"
#include "tollgate/ledger/ledger.hpp"

// docs/ledger-format.md against the code: neither can change without the other. Its list of fields
// is held to record_fields.hpp by unit_usage.
namespace tollgate::ledger {
namespace {

std::string document() {
  std::ifstream file(TOLLGATE_LEDGER_FORMAT);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Every value with its number and word, as "0 completed, 1 client_aborted, ...".
template <class Enum>
std::string numbered(Enum last) {
  std::string out;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    out.append(i == 0 ? "" : ", ").append(std::to_string(i)).append(" ");
    out.append(to_string(static_cast<Enum>(i)));
  }
  return out;
}

TEST(LedgerFormat, NumbersTheWords) {
  const std::string text = document();
  EXPECT_NE(text.find("integer: " + numbered(usage::Outcome::interrupted) + " |"), text.npos);
  EXPECT_NE(text.find("integer: " + numbered(usage::UsageBasis::reported) + " |"), text.npos);
  const auto row = [](auto value, const char* name) {
    return "| " + std::to_string(static_cast<std::int64_t>(value)) + " | " + name;
  };
  EXPECT_NE(text.find(row(ExceptionKind::quarantined, "quarantined")), text.npos);
  EXPECT_NE(text.find(row(ExceptionKind::retry, "retry")), text.npos);
  EXPECT_NE(text.find(row(Counter::forgotten_to, "forgotten_to")), text.npos);
  EXPECT_NE(text.find(row(Counter::tables_may_hold_journal_records_since,
                          "tables_may_hold_journal_records_since")),
            text.npos);
  EXPECT_NE(text.find(row(Counter::cursors_lost, "cursors_lost")), text.npos);
  EXPECT_NE(text.find(row(Counter::given_to, "given_to")), text.npos);
  EXPECT_NE(text.find(row(Counter::forgotten_arrived_at, "forgotten_arrived_at")), text.npos);
  EXPECT_NE(text.find(row(Counter::rolled_up_to, "rolled_up_to")), text.npos);
  EXPECT_NE(text.find(row(Counter::rollups_lack_to, "rollups_lack_to")), text.npos);
  EXPECT_NE(text.find(row(Counter::adjustments_deleted_to, "adjustments_deleted_to")), text.npos);
  EXPECT_NE(text.find(row(Counter::rollups_summed_to, "rollups_summed_to")), text.npos);
  EXPECT_NE(text.find(row(Counter::rollups_sealed_to, "rollups_sealed_to")), text.npos);
}

std::string example() {
  const std::string text = document();
  const std::size_t begin = text.find("```\n") + 4;
  std::istringstream lines(text.substr(begin, text.find("```", begin) - begin));
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream bytes(line.substr(4));
    for (unsigned byte = 0; bytes >> std::hex >> byte;) out.push_back(static_cast<char>(byte));
  }
  return out;
}

usage::UsageRecord example_record() {
  usage::UsageRecord record;
  record.record_id = *Uuid::parse("01930f6e-5b1a-7c3d-8e4f-a1b2c3d4e5f6");
  record.event_time = *from_rfc3339("2026-09-23T12:00:00.123456Z");
  record.client_name = "team-a";
  record.status_code = 200;
  record.outcome = usage::Outcome::completed;
  record.tokens.total = 29;
  record.usage_basis = usage::UsageBasis::reported;
  return record;
}

// Bytes that were written once stay readable.
TEST(LedgerFormat, ReadsItsExample) {
  const std::string bytes = example();
  EntryScanner scanner(bytes, 0);
  const auto entry = scanner.next();
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->type, EntryType::close);
  EXPECT_EQ(entry->end, bytes.size());
  EXPECT_EQ(decode_record(entry->payload), example_record());
}

TEST(LedgerFormat, WritesItsExample) {
  const TempDirectory directory;
  const std::string bytes = example();
  const auto segment = Segment::create(directory / "a", 3, 9, UtcTime());
  ASSERT_TRUE(segment);
  const std::size_t length = static_cast<unsigned char>(bytes.at(4));
  (*segment)->append(EntryType::close, bytes.substr(Segment::kEntryHeaderSize, length));
  const std::string_view written = (*segment)->bytes();
  EXPECT_EQ(written.substr(Segment::kHeaderSize, bytes.size()), bytes);
  std::string header = "TGSEGMT1";
  header.append({1, 0, 0, 0, 3, 0, 0, 0, 9}).resize(Segment::kHeaderSize);
  EXPECT_EQ(written.substr(0, Segment::kHeaderSize), header);
}

TEST(LedgerFormat, StatesItsLimits) {
  const std::string text = document();
  const auto grouped = [](std::size_t number) {
    std::string out = std::to_string(number);
    for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
    return out;
  };
  EXPECT_NE(text.find("(" + grouped(Segment::kSize) + " bytes)"), text.npos);
  EXPECT_NE(text.find("payload, at most " + grouped(kLargestPayload) + " |"), text.npos);
  EXPECT_NE(text.find("UTF-8, at most " + grouped(kLongestText) + " bytes"), text.npos);
  EXPECT_NE(text.find("at most " + std::to_string(kMostTags) + ": a text"), text.npos);
  EXPECT_NE(text.find("of each, together at most " + grouped(kLongestIds) + " bytes:"), text.npos);
  EXPECT_NE(text.find("attempts | of each, at most " + std::to_string(kMostAttempts) + ":"),
            text.npos);
  EXPECT_NE(text.find("components | of each, at most " + std::to_string(kMostComponents) + ":"),
            text.npos);
  EXPECT_NE(text.find("texts of at most " + std::to_string(kLongestComponentText) + " bytes"),
            text.npos);
}

}  // namespace
}  // namespace tollgate::ledger
