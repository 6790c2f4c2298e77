// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reading_notes.hpp"

#include <gtest/gtest.h>

namespace tollgate::app {
namespace {

trail::StoredRow note_row_of(const char* client) {
  trail::StoredRow out;
  out.row.client_name = client;
  out.row.content_bytes = 12;
  return out;
}

using Lines = std::vector<std::string>;

TEST(ReadingNotes, SeveralClientsOfAConversationAreNamedOnceAndWhenMoreCome) {
  ReadingNotes notes("c-1");
  notes.add(note_row_of("retail"));
  notes.add(note_row_of("retail"));
  EXPECT_EQ(notes.clients(), "");
  notes.add(note_row_of("claims"));
  EXPECT_EQ(notes.clients(),
            "2 clients have used this conversation id (claims, retail): --client says whose "
            "conversation is meant");
  EXPECT_EQ(notes.clients(), "");
  notes.add(note_row_of("batch"));
  EXPECT_EQ(notes.clients(),
            "3 clients have used this conversation id (batch, claims, retail): --client says "
            "whose conversation is meant");
}

TEST(ReadingNotes, WhereNoConversationIsReadClientsAreManyOfCourse) {
  ReadingNotes notes("");
  notes.add(note_row_of("retail"));
  notes.add(note_row_of("claims"));
  EXPECT_EQ(notes.clients(), "");
}

TEST(ReadingNotes, RowsWhoseContentIsGoneAreCounted) {
  ReadingNotes notes("");
  notes.add(note_row_of("retail"));
  EXPECT_EQ(notes.erased(), "");
  trail::StoredRow gone = note_row_of("retail");
  gone.content = trail::ContentState::erased;
  notes.add(gone);
  EXPECT_EQ(notes.erased(),
            "the content of 1 row that fit was erased: what was in it is neither found nor "
            "shown");
  notes.add(gone);
  EXPECT_EQ(notes.erased(),
            "the content of 2 rows that fit was erased: what was in it is neither found nor "
            "shown");
  gone.row.content_bytes.reset();
  gone.row.content_missing = trail::missing::kLost;
  notes.add(gone);
  EXPECT_TRUE(notes.erased().starts_with("the content of 2 rows ")) << "it never had any";
}

TEST(ReadingNotes, WhatIsDamagedIsNamedAndNotCalledErased) {
  ReadingNotes notes("");
  notes.add(note_row_of("retail"));
  EXPECT_EQ(notes.damaged(), Lines());
  EXPECT_FALSE(notes.any_damaged());
  trail::StoredRow damaged = note_row_of("retail");
  damaged.content = trail::ContentState::damaged;
  damaged.row.sequence = 752;
  notes.add(damaged);
  EXPECT_EQ(notes.damaged(), Lines{"the content of 1 row is damaged, not erased: sequence 752"});
  EXPECT_EQ(notes.damaged(), Lines()) << "nothing new";
  EXPECT_EQ(notes.erased(), "");
  notes.add_damaged({7, 9});
  EXPECT_EQ(notes.damaged(), (Lines{"2 rows of the trail are damaged and not shown: sequence 7, 9",
                                    "the content of 1 row is damaged, not erased: sequence 752"}));
  for (int i = 0; i < 25; ++i) notes.add(damaged);
  EXPECT_TRUE(notes.damaged().back().ends_with(", 752 and 6 more"));
  EXPECT_TRUE(notes.any_damaged());
}

}  // namespace
}  // namespace tollgate::app
