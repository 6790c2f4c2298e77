// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/verifier.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "store_fixture.hpp"
#include "tollgate/trail/row_digest.hpp"
#include "tollgate/trail/row_fields.hpp"

// What a sink got, tampered with in each way, and what is said of it.
namespace tollgate::trail {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

/// Fault, first and last of each finding.
using Named = std::vector<std::tuple<Fault, std::int64_t, std::int64_t>>;

class VerifierTest : public StoreTest {
 protected:
  /// Rows 1-4, checkpoint 5, rows 6-9, checkpoint 10, row 11.
  VerifierTest() {
    AuditStore store = open();
    EXPECT_TRUE(store.append(rows(1, 4)));
    keep(store.checkpoint(std::vector{signer()}, kNow).value());
    EXPECT_TRUE(store.append(rows(6, 9)));
    keep(store.checkpoint(std::vector{signer()}, kNow).value());
    EXPECT_TRUE(store.append(rows(11, 11)));
    for (const StoredRow& stored : desk().read({}, kAuditor, kNow).value().rows) {
      sink_.push_back(json::parse(to_json(stored.row, kNow)));
    }
  }

  void keep(const std::vector<std::string>& notes) {
    notes_.insert(notes_.end(), notes.begin(), notes.end());
  }

  json& row(std::size_t sequence) { return sink_[sequence - 1]; }
  void remove(std::size_t sequence) { row(sequence) = nullptr; }
  /// As somebody does who knows how rows are hashed.
  void hash_again(std::size_t sequence) {
    AuditRow changed = row_of(sequence);
    row(sequence)["ContentSha256"] = changed.content_sha256 = to_hex(sha256(changed.content));
    row(sequence)["Commitment"] = changed.commitment = to_hex(commitment_of(changed));
    row(sequence)["LeafHash"] = to_hex(leaf_at(*changed.sequence, digest_of(changed)));
  }
  AuditRow row_of(std::size_t sequence) {
    AuditDesk at = desk();
    AuditRow out =
        at.read({.after = static_cast<std::int64_t>(sequence) - 1, .limit = 1}, kAuditor, kNow)
            .value()
            .rows.front()
            .row;
    out.sequence = row(sequence)["Sequence"].get<std::int64_t>();
    out.content = row(sequence)["Content"].get<std::string>();
    out.model = row(sequence)["Model"].get<std::string>();
    return out;
  }

  std::string lines() const {
    std::string out;
    for (const json& row : sink_) {
      if (!row.is_null()) out += row.dump() + "\n";
    }
    return out;
  }

  Verification verify(bool with_notes = false) const { return verify(lines(), with_notes); }
  Verification verify(const std::string& text, bool with_notes = false) const {
    Verifier verifier({signer().verifier()});
    verifier.add_rows(text, "rows.jsonl");
    if (with_notes) {
      for (const std::string& note : notes_) verifier.add_note(note, "notes");
    }
    return verifier.finish();
  }

  static Named named(const Verification& verification) {
    Named out;
    for (const Finding& finding : verification.findings) {
      out.emplace_back(finding.fault, finding.first, finding.last);
    }
    return out;
  }

  std::vector<json> sink_;
  std::vector<std::string> notes_;
};

TEST_F(VerifierTest, FindsNothingInWhatIsAsItWas) {
  const Verification found = verify(true);
  EXPECT_THAT(named(found), IsEmpty()) << found.findings.front().detail;
  ASSERT_EQ(found.trails.size(), 1U);
  const TrailSummary& trail = found.trails[0];
  EXPECT_EQ(trail.rows, 11U);
  EXPECT_EQ(trail.proved, 9U);
  EXPECT_EQ(trail.checkpoints, 2U);
  EXPECT_EQ(trail.first, 1);
  EXPECT_EQ(trail.last, 11);
  EXPECT_EQ(trail.unproved_from, 10);
  EXPECT_EQ(trail.closed, 0U);
}

TEST_F(VerifierTest, TakesRowsInAnyOrderTwiceAndInEachForm) {
  std::vector<json> twice = sink_;
  twice.insert(twice.end(), sink_.begin(), sink_.end());
  std::shuffle(twice.begin(), twice.end(), std::mt19937(3));
  Verification found = verify(json(twice).dump(2));
  EXPECT_THAT(named(found), IsEmpty());
  EXPECT_EQ(found.trails.at(0).repeated, 11U);

  json table{{"columns", json::array()}, {"rows", json::array()}};
  for (const auto& [name, value] : sink_[0].items()) table["columns"].push_back({{"name", name}});
  for (const json& row : sink_) {
    json values = json::array();
    for (const auto& [name, value] : sink_[0].items()) {
      // As a workspace gives them: dynamic values are text.
      values.push_back(row[name].is_structured() ? json(row[name].dump()) : row[name]);
    }
    table["rows"].push_back(values);
  }
  found = verify(json{{"tables", {table}}}.dump());
  EXPECT_THAT(named(found), IsEmpty());
  EXPECT_EQ(found.trails.at(0).rows, 11U);
}

TEST_F(VerifierTest, NamesAMissingRow) {
  remove(3);
  EXPECT_EQ(named(verify()), (Named{{Fault::missing, 3, 3}}));
}

// Retention deletes the oldest, and leaves a checkpoint that speaks for some of them.
TEST_F(VerifierTest, TellsRowsOlderThanTheFirstThatIsThereFromMissingOnes) {
  for (const std::size_t sequence : {1U, 2U, 3U}) remove(sequence);
  EXPECT_EQ(named(verify()), (Named{{Fault::not_given, 1, 3}}));
  for (const std::size_t sequence : {4U, 5U, 6U, 7U, 8U}) remove(sequence);
  EXPECT_EQ(named(verify()), (Named{{Fault::not_given, 5, 8}}));
  remove(10);
  EXPECT_EQ(named(verify()), (Named{{Fault::missing, 10, 10}}));
}

TEST_F(VerifierTest, NamesTheRowsThatWereCutOffTheEnd) {
  for (const std::size_t sequence : {8U, 9U, 10U, 11U}) remove(sequence);
  // Nothing here says that there was more.
  EXPECT_THAT(named(verify()), IsEmpty());
  // What was given to somebody else does.
  EXPECT_EQ(named(verify(true)), (Named{{Fault::missing, 8, 9}}));
}

TEST_F(VerifierTest, NamesAChangedRow) {
  row(2)["Model"] = "gpt-5";
  EXPECT_EQ(named(verify()), (Named{{Fault::changed, 2, 2}}));
  hash_again(2);
  const Verification found = verify();
  EXPECT_EQ(named(found), (Named{{Fault::changed, 2, 2}}));
  EXPECT_THAT(found.findings[0].detail, HasSubstr("record-2 request raw 1"));
}

TEST_F(VerifierTest, NamesChangedContent) {
  row(7)["Content"] = "harmless";
  EXPECT_EQ(named(verify()), (Named{{Fault::changed, 7, 7}}));
  hash_again(7);
  EXPECT_EQ(named(verify()), (Named{{Fault::changed, 7, 7}}));
}

TEST_F(VerifierTest, NamesEveryColumnThatWasChanged) {
  for (const auto& field : audit_fields()) {
    if (field.cover == Cover::proof) continue;
    const json before = row(1);
    json& value = row(1)[std::string(field.column)];
    if (field.type == "string") value = value.get<std::string>() + "x";
    if (field.type == "int" || field.type == "long") value = 77;
    if (field.type == "boolean") value = !value.get<bool>();
    if (field.type == "dynamic") value = json{{"x", 1}};
    if (field.type == "datetime") value = "2026-11-29T13:00:00Z";
    EXPECT_FALSE(verify().findings.empty()) << field.column;
    row(1) = before;
  }
}

// They read as what most rows have there: "1", and "not truncated".
TEST_F(VerifierTest, NamesARowThatLacksAColumnWhateverWasInIt) {
  for (const auto& field : audit_fields()) {
    if (field.column == "Sequence") continue;
    const json before = row(1);
    const bool has_value = !before.at(std::string(field.column)).is_null() &&
                           before.at(std::string(field.column)) != "";
    row(1).erase(std::string(field.column));
    EXPECT_EQ(verify().findings.empty(), !has_value) << field.column;
    row(1)[std::string(field.column)] = nullptr;
    EXPECT_EQ(verify().findings.empty(), !has_value) << field.column;
    row(1) = before;
  }
}

// An exporter writes lines; a workspace's queries give tables and lists: anything may be text.
TEST_F(VerifierTest, NamesALineWithValuesOfAnotherType) {
  const std::vector<std::pair<std::string, json>> others{
      {"Sequence", "1"},      {"StatusCode", "200"},
      {"Part", "1"},          {"ContentBytes", "12"},
      {"Truncated", "false"}, {"Truncated", 0},
      {"Model", 4},           {"Redactions", R"({"email":2,"iban":1})"}};
  for (const auto& [column, value] : others) {
    const json before = row(1);
    row(1)[column] = value;
    const Verification found = verify();
    ASSERT_FALSE(found.findings.empty()) << column;
    EXPECT_EQ(found.findings[0].fault, Fault::unreadable) << column;
    EXPECT_THAT(found.findings[0].detail, HasSubstr("rows.jsonl:1: " + column + " is no "));
    if (column != "Model") {
      EXPECT_THAT(named(verify(json(sink_).dump())), IsEmpty()) << column;
    }
    row(1) = before;
  }
  row(1)["Part"] = "01";
  EXPECT_FALSE(verify(json(sink_).dump()).findings.empty());
}

TEST_F(VerifierTest, NamesRowsThatChangedPlaces) {
  row(2)["Sequence"] = 3;
  row(3)["Sequence"] = 2;
  Verification found = verify();
  EXPECT_EQ(named(found), (Named{{Fault::reordered, 2, 2}, {Fault::reordered, 3, 3}}));
  EXPECT_THAT(found.findings[0].detail, HasSubstr("belongs to 3"));
  hash_again(2);
  hash_again(3);
  EXPECT_EQ(named(verify()), (Named{{Fault::reordered, 2, 2}, {Fault::reordered, 3, 3}}));
}

TEST_F(VerifierTest, NamesARowThatIsThereInTwoVersions) {
  const json before = row(4);
  row(4)["Model"] = "gpt-5";
  hash_again(4);
  for (const bool first : {true, false}) {
    const std::string other = before.dump() + "\n";
    EXPECT_EQ(named(verify(first ? other + lines() : lines() + other)),
              (Named{{Fault::doubled, 4, 4}}));
  }
}

TEST_F(VerifierTest, TakesErasedContentForWhatItIs) {
  ASSERT_EQ(desk().erase("team-a", "2026-11", kAuditor, kNow).value().rows, 9U);
  std::string erased;
  for (const StoredRow& stored : desk().read({}, kAuditor, kNow).value().rows) {
    erased += to_json(stored.row, kNow) + "\n";
  }
  const Verification found = verify(erased, true);
  EXPECT_THAT(named(found), IsEmpty());
  EXPECT_EQ(found.trails.at(0).closed, 9U);
  EXPECT_EQ(found.trails.at(0).proved, 9U);
  // Content without its salt can be anybody's.
  row(1)["Salt"] = "";
  EXPECT_EQ(named(verify()), (Named{{Fault::changed, 1, 1}}));
}

TEST_F(VerifierTest, NamesWhatIsNoCheckpointOfTheSigners) {
  Verifier verifier({signer("gateway-1", 'x').verifier()});
  verifier.add_rows(lines(), "rows.jsonl");
  EXPECT_EQ(named(verifier.finish()),
            (Named{{Fault::bad_signature, 4, 4}, {Fault::bad_signature, 9, 9}}));

  json proof = json::parse(row(5)["Content"].get<std::string>());
  auto note = proof["note"].get<std::string>();
  note.replace(note.find("\n4\n"), 3, "\n3\n");
  proof["note"] = note;
  row(5)["Content"] = proof.dump();
  hash_again(5);
  const Named found = named(verify());
  EXPECT_EQ(found, (Named{{Fault::bad_signature, 3, 3}, {Fault::changed, 5, 5}}));
}

// Each of them was called badly signed.
TEST_F(VerifierTest, CountsCheckpointsThatItHasNoKeyFor) {
  Verifier verifier({});
  verifier.add_rows(lines(), "rows.jsonl");
  const Verification found = verifier.finish();
  EXPECT_THAT(named(found), IsEmpty());
  EXPECT_EQ(found.unchecked, 2U);
  EXPECT_EQ(found.trails.at(0).proved, 0U);
  EXPECT_EQ(verify().unchecked, 0U);
}

// A reader that takes the first of the two sees another row than the one that is proved.
TEST_F(VerifierTest, NamesARowInWhichANameStandsTwice) {
  const auto with_another = [](const json& row) {
    return R"({"Content":"another",)" + row.dump().substr(1);
  };
  for (const bool lined : {true, false}) {
    std::string text;
    for (std::size_t i = 1; i <= 4; ++i)
      text += (i == 1 ? "" : lined ? "\n" : ",") + (i == 3 ? with_another(row(i)) : row(i).dump());
    const Verification found = verify(lined ? text : "[" + text + "]");
    ASSERT_EQ(named(found), (Named{{Fault::unreadable, 0, 0}, {Fault::missing, 3, 3}}));
    EXPECT_EQ(found.findings[0].detail, "rows.jsonl:3: the name Content stands twice");
  }
  const std::string column = R"({"name":"Content"})";
  const Verification table =
      verify(R"({"tables":[{"columns":[)" + column + "," + column + R"(],"rows":[["a","b"]]}]})");
  ASSERT_EQ(named(table), (Named{{Fault::unreadable, 0, 0}}));
  EXPECT_EQ(table.findings[0].detail, "rows.jsonl:1: the name Content stands twice");
}

TEST_F(VerifierTest, NamesACheckpointWhoseLeavesAreOthers) {
  json proof = json::parse(row(10)["Content"].get<std::string>());
  std::swap(proof["leaves"][1], proof["leaves"][2]);
  row(10)["Content"] = proof.dump();
  hash_again(10);
  EXPECT_EQ(named(verify()), (Named{{Fault::bad_checkpoint, 9, 9}}));
}

TEST_F(VerifierTest, NamesTheRowsBetweenCheckpointsWhereOneIsGone) {
  AuditStore store = open();
  ASSERT_TRUE(store.checkpoint(std::vector{signer()}, kNow));
  for (const StoredRow& stored : desk().read({.after = 11}, kAuditor, kNow).value().rows) {
    sink_.push_back(json::parse(to_json(stored.row, kNow)));
  }
  EXPECT_THAT(named(verify()), IsEmpty());
  remove(10);
  EXPECT_EQ(named(verify()), (Named{{Fault::missing_checkpoint, 5, 9}, {Fault::missing, 10, 10}}));
}

/// Who has the signing key can write another history, but not under a checkpoint that got away.
TEST_F(VerifierTest, NamesAHistoryThatWasWrittenAgain) {
  const std::string trail = row(1)["Trail"];
  Frontier other;
  std::vector<Sha256> leaves;
  for (int i = 0; i < 9; ++i) leaves.push_back(hash_leaf(std::to_string(i)));
  for (const Sha256& leaf : leaves) other.append(leaf);
  const Checkpoint state{origin_of("gateway-1", trail), 9, other.root()};
  CheckpointProof proof{.note = sign_note(state.text(), std::vector{signer()}).value(),
                        .before = {},
                        .leaves = leaves};
  row(10)["Content"] = proof.to_json();
  hash_again(10);
  const Named found = named(verify(true));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front(), (std::tuple{Fault::not_an_extension, 9, 9}));
}

// Each of them was called unreadable.
TEST_F(VerifierTest, CountsRowsThatSayWhoReadTheTrail) {
  const AccessRow access{
      .event_time = kNow, .gateway = "gateway-1", .reader = "auditor", .command = "search"};
  const Verification found = verify(lines() + to_json(access, kNow) + "\n");
  EXPECT_THAT(named(found), IsEmpty());
  EXPECT_EQ(found.accesses, 1U);
  EXPECT_EQ(found.trails.at(0).rows, 11U);
}

TEST_F(VerifierTest, NamesWhatIsNoRow) {
  const Verification found = verify(lines() + "{\"Sequence\": 4}\nno JSON\n");
  EXPECT_EQ(named(found), (Named{{Fault::unreadable, 0, 0}, {Fault::unreadable, 0, 0}}));
  EXPECT_THAT(found.findings[1].detail, HasSubstr("rows.jsonl:13"));
}

}  // namespace
}  // namespace tollgate::trail
