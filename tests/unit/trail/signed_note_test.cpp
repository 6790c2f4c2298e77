// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/signed_note.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store_fixture.hpp"
#include "tollgate/trail/checkpoint.hpp"

namespace tollgate::trail {
namespace {

constexpr const char* kText = "gateway-1/trail\n7\nAAAA\n";

TEST(SignedNote, TakesAPublicKeyAsItIsWritten) {
  // The example of the Go module golang.org/x/mod/sumdb/note, which signed-note describes.
  const auto key =
      NoteVerifier::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "PeterNeumann");
  EXPECT_EQ(key->to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  const auto note = SignedNote::parse(
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n"
      "\n"
      "\xE2\x80\x94 PeterNeumann "
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
      "\n");
  ASSERT_TRUE(note);
  EXPECT_EQ(check_signatures(*note, std::vector{*key}), Signed::valid);
}

TEST(SignedNote, IsWorthWhatItsSignaturesAre) {
  const NoteSigner first = signer("gateway-1", 's');
  const NoteSigner second = signer("gateway-1", 't');
  const std::string text = sign_note(kText, std::vector{first, second}).value();
  auto note = SignedNote::parse(text);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text, kText);
  ASSERT_EQ(note->signatures.size(), 2U);
  for (const NoteSigner& known : {first, second}) {
    EXPECT_EQ(check_signatures(*note, std::vector{known.verifier()}), Signed::valid);
  }
  EXPECT_EQ(check_signatures(*note, std::vector{signer("gateway-1", 'u').verifier()}),
            Signed::unknown);
  EXPECT_EQ(check_signatures(*note, std::vector{signer("gateway-2", 's').verifier()}),
            Signed::unknown);
  note->text[0] = 'G';
  EXPECT_EQ(check_signatures(*note, std::vector{first.verifier()}), Signed::forged);
}

TEST(SignedNote, RefusesOtherForms) {
  const std::string text = sign_note(kText, std::vector{signer()}).value();
  EXPECT_FALSE(SignedNote::parse(kText));
  EXPECT_FALSE(SignedNote::parse(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(SignedNote::parse(text + "no signature\n"));
  EXPECT_FALSE(NoteVerifier::parse("gateway-1"));
  EXPECT_FALSE(NoteVerifier::parse("gateway-1+00000000+AAAA"));
  EXPECT_FALSE(NoteSigner::read("a b", signing_key('s')));
  EXPECT_FALSE(NoteSigner::read("a", Secret("no key")));
}

TEST(Checkpoint, IsThreeLines) {
  const Checkpoint state{"gateway-1/trail", 7, hash_leaf("x")};
  EXPECT_EQ(Checkpoint::parse(state.text()), state);
  EXPECT_EQ(Checkpoint::parse(state.text() + "more\n"), state);
  EXPECT_FALSE(Checkpoint::parse("gateway-1/trail\n7\n"));
  EXPECT_FALSE(Checkpoint::parse("gateway-1/trail\nseven\nAAAA\n"));
  CheckpointProof proof{"note", Frontier(), {hash_leaf("a"), hash_leaf("b")}};
  const auto read = CheckpointProof::parse(proof.to_json());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->after(), proof.after());
  EXPECT_EQ(read->after().size(), 2U);
  EXPECT_FALSE(CheckpointProof::parse(R"({"note":"","from":1,"frontier":[],"leaves":[]})"));
}

class CheckpointsOfAStore : public StoreTest {};

TEST_F(CheckpointsOfAStore, CoverALargeBacklogInPiecesThatFitIntoAColumn) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 1100)));
  EXPECT_TRUE(store.checkpoint_is_due());
  const auto notes =
      store.checkpoint(std::vector{signer(), signer("gateway-1", 't')}, kNow).value();
  ASSERT_EQ(notes.size(), 3U);
  EXPECT_FALSE(store.checkpoint_is_due());
  EXPECT_TRUE(store.checkpoint(std::vector{signer()}, kNow).value().empty());
  const StoreStats stats = store.stats().value();
  EXPECT_EQ(stats.last_sequence, 1103);
  EXPECT_EQ(stats.proved_to, 1102);
  for (const StoredRow& stored : desk().read({.after = 1100}, kAuditor, kNow).value().rows) {
    EXPECT_LT(stored.row.content.size(), 32'000U);
    EXPECT_EQ(stored.row.kind, kind::kCheckpoint);
  }
}

}  // namespace
}  // namespace tollgate::trail
