// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "path_match.hpp"

namespace tollgate::operations {
namespace {

using enum config::OperationGroup;
using enum RouteBy;

constexpr auto kAnswer = Metering::answer;
constexpr auto kFollow = Metering::follow;
constexpr auto kElsewhere = Metering::elsewhere;
constexpr auto kNone = Metering::none;

constexpr auto kNothing = Leaves::nothing;
constexpr auto kMade = Leaves::answer;

constexpr Api kChat{.reports_usage_on_request = true,
                    .counted_as = tokenizer::RequestShape::chat,
                    .generates_text = true};
constexpr Api kCompletions{.reports_usage_on_request = true,
                           .counted_as = tokenizer::RequestShape::completions,
                           .generates_text = true};
constexpr Api kEmbeddings{.counted_as = tokenizer::RequestShape::embeddings};
constexpr Api kResponses{.refuses_in_stream = true,
                         .counted_as = tokenizer::RequestShape::responses,
                         .generates_text = true,
                         .follow = {.path = "/responses/{id}", .only_background = true}};
constexpr Api kRuns{.follow = {.path = "/threads/{thread}/runs/{id}"}};
constexpr Api kBatches{.follow = {.path = "/batches/{id}"}};

/// azure-protocol.md 1.4; ids are those of Azure's own messages where it has them ("Requests to the
/// ChatCompletions_Create Operation ..."). The busiest come first: the table is searched from its
/// top.
constexpr Operation kOperations[] = {
    {"ChatCompletions_Create", "POST", "/deployments/{deployment}/chat/completions",
     "/chat/completions", inference, deployment, kAnswer, kNothing, &kChat},
    {"Embeddings_Create", "POST", "/deployments/{deployment}/embeddings", "/embeddings", inference,
     deployment, kAnswer, kNothing, &kEmbeddings},
    {"Responses_Create", "POST", "/responses", "/responses", inference, model, kFollow, kMade,
     &kResponses},
    {"Completions_Create", "POST", "/deployments/{deployment}/completions", "/completions",
     inference, deployment, kAnswer, kNothing, &kCompletions},

    // `compact` and `input_tokens` before {object}, which would fit them too.
    {"Responses_Compact", "POST", "", "/responses/compact", inference, model, kAnswer, kMade},
    {"Responses_CountInputTokens", "POST", "", "/responses/input_tokens", inference, model, kNone},
    {"Responses_Get", "GET", "/responses/{object}", "/responses/{object}", inference, object,
     kElsewhere},
    {"Responses_Delete", "DELETE", "/responses/{object}", "/responses/{object}", inference, object,
     kNone},
    {"Responses_Cancel", "POST", "/responses/{object}/cancel", "/responses/{object}/cancel",
     inference, object, kElsewhere},
    {"Responses_ListInputItems", "GET", "/responses/{object}/input_items",
     "/responses/{object}/input_items", inference, object, kNone},

    {"ImageGenerations_Create", "POST", "/deployments/{deployment}/images/generations",
     "/images/generations", inference, deployment, kAnswer},
    {"ImageEdits_Create", "POST", "/deployments/{deployment}/images/edits", "/images/edits",
     inference, deployment, kAnswer},
    {"Transcriptions_Create", "POST", "/deployments/{deployment}/audio/transcriptions",
     "/audio/transcriptions", inference, deployment, kAnswer},
    {"Translations_Create", "POST", "/deployments/{deployment}/audio/translations",
     "/audio/translations", inference, deployment, kAnswer},
    {"Speech_Create", "POST", "/deployments/{deployment}/audio/speech", "/audio/speech", inference,
     deployment, kAnswer},

    {"Models_List", "GET", "/models", "/models", models, home, kNone},
    {"Models_Get", "GET", "/models/{id}", "/models/{id}", models, home, kNone},

    {"Assistants_Create", "POST", "/assistants", "/assistants", assistants, model, kNone, kMade},
    {"Assistants_List", "GET", "/assistants", "/assistants", assistants, home, kNone},
    {"Assistants_Get", "GET", "/assistants/{object}", "/assistants/{object}", assistants, object,
     kNone},
    {"Assistants_Modify", "POST", "/assistants/{object}", "/assistants/{object}", assistants,
     object, kNone},
    {"Assistants_Delete", "DELETE", "/assistants/{object}", "/assistants/{object}", assistants,
     object, kNone},
    {"Threads_Create", "POST", "/threads", "/threads", assistants, home, kNone, kMade},
    {"ThreadsAndRuns_Create", "POST", "/threads/runs", "/threads/runs", assistants, home, kFollow,
     Leaves::thread, &kRuns, true},
    {"Threads_Get", "GET", "/threads/{object}", "/threads/{object}", assistants, object, kNone},
    {"Threads_Modify", "POST", "/threads/{object}", "/threads/{object}", assistants, object, kNone},
    {"Threads_Delete", "DELETE", "/threads/{object}", "/threads/{object}", assistants, object,
     kNone},
    {"Messages_Create", "POST", "/threads/{object}/messages", "/threads/{object}/messages",
     assistants, object, kNone},
    {"Messages_List", "GET", "/threads/{object}/messages", "/threads/{object}/messages", assistants,
     object, kNone},
    {"Messages_Get", "GET", "/threads/{object}/messages/{id}", "/threads/{object}/messages/{id}",
     assistants, object, kNone},
    {"Messages_Modify", "POST", "/threads/{object}/messages/{id}",
     "/threads/{object}/messages/{id}", assistants, object, kNone},
    {"Messages_Delete", "DELETE", "/threads/{object}/messages/{id}",
     "/threads/{object}/messages/{id}", assistants, object, kNone},
    {"Runs_Create", "POST", "/threads/{object}/runs", "/threads/{object}/runs", assistants, object,
     kFollow, kNothing, &kRuns, true},
    {"Runs_List", "GET", "/threads/{object}/runs", "/threads/{object}/runs", assistants, object,
     kElsewhere},
    {"Runs_Get", "GET", "/threads/{object}/runs/{id}", "/threads/{object}/runs/{id}", assistants,
     object, kElsewhere},
    {"Runs_Modify", "POST", "/threads/{object}/runs/{id}", "/threads/{object}/runs/{id}",
     assistants, object, kElsewhere},
    {"Runs_Cancel", "POST", "/threads/{object}/runs/{id}/cancel",
     "/threads/{object}/runs/{id}/cancel", assistants, object, kElsewhere},
    {"Runs_SubmitToolOutputs", "POST", "/threads/{object}/runs/{id}/submit_tool_outputs",
     "/threads/{object}/runs/{id}/submit_tool_outputs", assistants, object, kElsewhere},
    {"RunSteps_List", "GET", "/threads/{object}/runs/{id}/steps",
     "/threads/{object}/runs/{id}/steps", assistants, object, kElsewhere},
    {"RunSteps_Get", "GET", "/threads/{object}/runs/{id}/steps/{id}",
     "/threads/{object}/runs/{id}/steps/{id}", assistants, object, kElsewhere},

    {"Files_Create", "POST", "/files", "/files", files, home, kNone, kMade},
    {"Files_List", "GET", "/files", "/files", files, home, kNone},
    {"Files_Get", "GET", "/files/{object}", "/files/{object}", files, object, kNone},
    {"Files_Delete", "DELETE", "/files/{object}", "/files/{object}", files, object, kNone},
    {"Files_GetContent", "GET", "/files/{object}/content", "/files/{object}/content", files, object,
     kElsewhere},
    {"Uploads_Create", "POST", "/uploads", "/uploads", files, home, kNone, kMade},
    {"Uploads_AddPart", "POST", "/uploads/{object}/parts", "/uploads/{object}/parts", files, object,
     kNone},
    {"Uploads_Complete", "POST", "/uploads/{object}/complete", "/uploads/{object}/complete", files,
     object, kNone, Leaves::file},
    {"Uploads_Cancel", "POST", "/uploads/{object}/cancel", "/uploads/{object}/cancel", files,
     object, kNone},

    {"Batches_Create", "POST", "/batches", "/batches", batches, home, kFollow,
     kMade | Leaves::result_files, &kBatches},
    {"Batches_List", "GET", "/batches", "/batches", batches, home, kElsewhere},
    {"Batches_Get", "GET", "/batches/{object}", "/batches/{object}", batches, object, kElsewhere,
     Leaves::result_files},
    {"Batches_Cancel", "POST", "/batches/{object}/cancel", "/batches/{object}/cancel", batches,
     object, kElsewhere, Leaves::result_files},

    {"VectorStores_Create", "POST", "/vector_stores", "/vector_stores", vector_stores, home, kNone,
     kMade},
    {"VectorStores_List", "GET", "/vector_stores", "/vector_stores", vector_stores, home, kNone},
    {"VectorStores_Get", "GET", "/vector_stores/{object}", "/vector_stores/{object}", vector_stores,
     object, kNone},
    {"VectorStores_Modify", "POST", "/vector_stores/{object}", "/vector_stores/{object}",
     vector_stores, object, kNone},
    {"VectorStores_Delete", "DELETE", "/vector_stores/{object}", "/vector_stores/{object}",
     vector_stores, object, kNone},
    {"VectorStores_Search", "POST", "/vector_stores/{object}/search",
     "/vector_stores/{object}/search", vector_stores, object, kNone},
    {"VectorStoreFiles_Create", "POST", "/vector_stores/{object}/files",
     "/vector_stores/{object}/files", vector_stores, object, kNone},
    {"VectorStoreFiles_List", "GET", "/vector_stores/{object}/files",
     "/vector_stores/{object}/files", vector_stores, object, kNone},
    {"VectorStoreFiles_Get", "GET", "/vector_stores/{object}/files/{id}",
     "/vector_stores/{object}/files/{id}", vector_stores, object, kNone},
    {"VectorStoreFiles_Delete", "DELETE", "/vector_stores/{object}/files/{id}",
     "/vector_stores/{object}/files/{id}", vector_stores, object, kNone},
    {"VectorStoreFileBatches_Create", "POST", "/vector_stores/{object}/file_batches",
     "/vector_stores/{object}/file_batches", vector_stores, object, kNone},
    {"VectorStoreFileBatches_Get", "GET", "/vector_stores/{object}/file_batches/{id}",
     "/vector_stores/{object}/file_batches/{id}", vector_stores, object, kNone},

    {"FineTuningJobs_Create", "POST", "/fine_tuning/jobs", "/fine_tuning/jobs", fine_tuning, home,
     kNone, kMade},
    {"FineTuningJobs_List", "GET", "/fine_tuning/jobs", "/fine_tuning/jobs", fine_tuning, home,
     kNone},
    {"FineTuningJobs_Get", "GET", "/fine_tuning/jobs/{object}", "/fine_tuning/jobs/{object}",
     fine_tuning, object, kNone},
    {"FineTuningJobs_Cancel", "POST", "/fine_tuning/jobs/{object}/cancel",
     "/fine_tuning/jobs/{object}/cancel", fine_tuning, object, kNone},
    {"FineTuningJobs_ListEvents", "GET", "/fine_tuning/jobs/{object}/events",
     "/fine_tuning/jobs/{object}/events", fine_tuning, object, kNone},
    {"FineTuningJobs_ListCheckpoints", "GET", "/fine_tuning/jobs/{object}/checkpoints",
     "/fine_tuning/jobs/{object}/checkpoints", fine_tuning, object, kNone},
};

}  // namespace

std::span<const Operation> operation_table() { return kOperations; }

}  // namespace tollgate::operations
