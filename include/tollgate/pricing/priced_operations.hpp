// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "tollgate/pricing/price_class.hpp"

// Operations that are priced in a way of their own, by their ids in records (operations has the
// table of all).
namespace tollgate::pricing::operation {

inline constexpr std::string_view kBatch = "Batches_Create";
/// It has no completion, and needs none.
inline constexpr std::string_view kEmbeddings = "Embeddings_Create";
/// They answer with images: what is no text in their output is one, and the split of the output is
/// optional (azure-protocol.md 3, shape I).
inline constexpr std::array<std::string_view, 2> kImages{"ImageGenerations_Create",
                                                         "ImageEdits_Create"};
/// Those whose tokens are of several requests to a model.
inline constexpr std::array kOfSeveral{kBatch, std::string_view("ThreadsAndRuns_Create"),
                                       std::string_view("Runs_Create")};

/// What ids of operations begin with, behind the object's name, that only read, list, delete or
/// stop: Responses_ListInputItems.
inline constexpr std::array<std::string_view, 4> kFreeVerbs{"Get", "List", "Delete", "Cancel"};

/// What else uses no tokens and is known to cost nothing: texts and settings that are stored, and
/// counting, which is no generation (azure-protocol.md 1.4). No list of prices has a price of them.
inline constexpr std::array<std::string_view, 14> kFree{"Responses_CountInputTokens",
                                                        "Conversations_Create",
                                                        "Conversations_Modify",
                                                        "ConversationItems_Create",
                                                        "Assistants_Create",
                                                        "Assistants_Modify",
                                                        "Threads_Create",
                                                        "Threads_Modify",
                                                        "Messages_Create",
                                                        "Messages_Modify",
                                                        "Files_Create",
                                                        "Uploads_Create",
                                                        "Uploads_AddPart",
                                                        "Uploads_Complete"};

/// They take text and answer with text.
inline constexpr std::array<std::string_view, 5> kOfText{"ChatCompletions_Create",
                                                         "Completions_Create", "Responses_Create",
                                                         "ThreadsAndRuns_Create", "Runs_Create"};

/// The classes that every answer of an operation has a quantity of; none: it is not known.
std::span<const PriceClass> classes_used(std::string_view id);

/// Whether an operation that uses no tokens costs nothing at all. False: it may be billed by
/// another measure (a container's session, what a vector store holds, the hours of a training), or
/// nobody knows.
bool is_free(std::string_view id);

}  // namespace tollgate::pricing::operation
