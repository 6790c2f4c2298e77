// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <string_view>

#include "path_match.hpp"
#include "place_table.hpp"

namespace tollgate::operations {
namespace {

using enum config::OperationGroup;
using enum RouteBy;
using namespace places;

constexpr auto kAnswer = Metering::answer;
constexpr auto kFollow = Metering::follow;
constexpr auto kElsewhere = Metering::elsewhere;
constexpr auto kNone = Metering::none;

constexpr auto kNothing = Leaves::nothing;
constexpr auto kMade = Leaves::answer;

constexpr Api kChat{.reports_usage_on_request = true,
                    .counted_as = tokenizer::RequestShape::chat,
                    .generates_text = true,
                    .genai_name = "chat"};
constexpr Api kCompletions{.reports_usage_on_request = true,
                           .counted_as = tokenizer::RequestShape::completions,
                           .generates_text = true,
                           .genai_name = "text_completion"};
constexpr Api kEmbeddings{.counted_as = tokenizer::RequestShape::embeddings,
                          .genai_name = "embeddings"};
constexpr Api kResponses{.refuses_in_stream = true,
                         .counted_as = tokenizer::RequestShape::responses,
                         .generates_text = true,
                         .follow = {.path = "/responses/{id}", .only_background = true},
                         .genai_name = "chat"};
constexpr Api kImages{.counted_by = CountedBy::images};
constexpr Api kSpeech{.counted_by = CountedBy::characters, .answers_in_sound = true};
constexpr Api kTranscripts{.answers_in_text = true};
constexpr Api kRuns{.follow = {.path = "/threads/{thread}/runs/{id}"}};
constexpr Api kResponsesShown{.follow = {.shown = "/responses/{id}"}};
constexpr Api kRunsShown{.follow = {.shown = "/threads/{thread}/runs/{id}"}};
constexpr Api kBatchesShown{.follow = {.shown = "/batches/{id}"}};
constexpr Api kResponsesEnd{.follow = {.asks_first = "/responses/{object}"}};
constexpr Api kThreadsEnd{.follow = {.asks_first = "/threads/{object}"}};
/// The file may be what a batch has written.
constexpr Api kFilesEnd{.follow = {.asks_first = "/batches"}};
constexpr Api kBatches{.follow = {.path = "/batches/{id}"}};

/// azure-protocol.md 1.4; ids are those of Azure's own messages where it has them ("Requests to the
/// ChatCompletions_Create Operation ..."). The busiest come first: the table is searched from its
/// top.
constexpr Operation kOperations[] = {
    {"ChatCompletions_Create", "POST", "/deployments/{deployment}/chat/completions",
     "/chat/completions", inference, deployment, kAnswer, kDeploymentWork, Leaves::parts, &kChat,
     "/chat/completions"},
    {"Embeddings_Create", "POST", "/deployments/{deployment}/embeddings", "/embeddings", inference,
     deployment, kAnswer, kDeploymentWork, kNothing, &kEmbeddings, "/embeddings"},
    {"Responses_Create", "POST", "/responses", "/responses", inference, model, kFollow, kModelWork,
     kMade | Leaves::parts, &kResponses},
    {"Completions_Create", "POST", "/deployments/{deployment}/completions", "/completions",
     inference, deployment, kAnswer, kDeploymentWork, kNothing, &kCompletions},

    // `compact` and `input_tokens` before {object}, which would fit them too.
    {"Responses_Compact", "POST", "", "/responses/compact", inference, model, kAnswer, kModelWork,
     kMade | Leaves::parts},
    {"Responses_CountInputTokens", "POST", "", "/responses/input_tokens", inference, model, kNone,
     kModelWork},
    {"Responses_Get", "GET", "/responses/{object}", "/responses/{object}", inference, object,
     kElsewhere, kPathObject, Leaves::parts, &kResponsesShown},
    {"Responses_Delete", "DELETE", "/responses/{object}", "/responses/{object}", inference, object,
     kNone, kPathObject, kNothing, &kResponsesEnd},
    {"Responses_Cancel", "POST", "/responses/{object}/cancel", "/responses/{object}/cancel",
     inference, object, kElsewhere, kStored, Leaves::parts, &kResponsesShown},
    {"Responses_ListInputItems", "GET", "/responses/{object}/input_items",
     "/responses/{object}/input_items", inference, object, kNone, kNestedList, Leaves::items},

    {"Conversations_Create", "POST", "", "/conversations", inference, home, kNone, kStored, kMade},
    {"Conversations_Get", "GET", "", "/conversations/{object}", inference, object, kNone,
     kPathObject},
    {"Conversations_Modify", "POST", "", "/conversations/{object}", inference, object, kNone,
     kStored},
    {"Conversations_Delete", "DELETE", "", "/conversations/{object}", inference, object, kNone,
     kPathObject},
    {"ConversationItems_Create", "POST", "", "/conversations/{object}/items", inference, object,
     kNone, kStored, Leaves::items},
    {"ConversationItems_List", "GET", "", "/conversations/{object}/items", inference, object, kNone,
     kNestedList, Leaves::items},
    {"ConversationItems_Get", "GET", "", "/conversations/{object}/items/{id}", inference, object,
     kNone, kPathObject, Leaves::items},
    {"ConversationItems_Delete", "DELETE", "", "/conversations/{object}/items/{id}", inference,
     object, kNone, kPathObject},

    {"Containers_Create", "POST", "", "/containers", files, home, kNone, kStored, kMade},
    {"Containers_List", "GET", "", "/containers", files, gateway, kNone, kNoPlaces, kNothing,
     &kPlainApi, "", Shows::whole_list},
    {"Containers_Get", "GET", "", "/containers/{object}", files, object, kNone, kPathObject},
    {"Containers_Delete", "DELETE", "", "/containers/{object}", files, object, kNone, kPathObject},
    {"ContainerFiles_Create", "POST", "", "/containers/{object}/files", files, object, kNone,
     kStored},
    {"ContainerFiles_List", "GET", "", "/containers/{object}/files", files, object, kNone,
     kNestedList},
    {"ContainerFiles_Get", "GET", "", "/containers/{object}/files/{id}", files, object, kNone,
     kPathObject},
    {"ContainerFiles_Delete", "DELETE", "", "/containers/{object}/files/{id}", files, object, kNone,
     kPathObject},
    {"ContainerFiles_GetContent", "GET", "", "/containers/{object}/files/{id}/content", files,
     object, kNone, kPathObject},

    {"ImageGenerations_Create", "POST", "/deployments/{deployment}/images/generations",
     "/images/generations", inference, deployment, kAnswer, kDeploymentWork, kNothing, &kImages},
    {"ImageEdits_Create", "POST", "/deployments/{deployment}/images/edits", "/images/edits",
     inference, deployment, kAnswer, kDeploymentWork, kNothing, &kImages},
    {"Transcriptions_Create", "POST", "/deployments/{deployment}/audio/transcriptions",
     "/audio/transcriptions", inference, deployment, kAnswer, kDeploymentWork, kNothing,
     &kTranscripts},
    {"Translations_Create", "POST", "/deployments/{deployment}/audio/translations",
     "/audio/translations", inference, deployment, kAnswer, kDeploymentWork, kNothing,
     &kTranscripts},
    {"Speech_Create", "POST", "/deployments/{deployment}/audio/speech", "/audio/speech", inference,
     deployment, kAnswer, kDeploymentWork, kNothing, &kSpeech},

    {"Models_List", "GET", "/models", "/models", models, gateway, kNone, kNoPlaces, kNothing,
     &kPlainApi, "", Shows::models},
    {"Models_Get", "GET", "/models/{object}", "/models/{object}", models, gateway, kNone, kNoPlaces,
     kNothing, &kPlainApi, "", Shows::one_model},
    {"Deployments_List", "GET", "/deployments", "", models, gateway, kNone, kNoPlaces, kNothing,
     &kPlainApi, "", Shows::deployments},

    {"Assistants_Create", "POST", "/assistants", "/assistants", assistants, model, kNone,
     kModelWork, kMade | Leaves::stores},
    {"Assistants_List", "GET", "/assistants", "/assistants", assistants, gateway, kNone, kNoPlaces,
     kNothing, &kPlainApi, "", Shows::whole_list},
    {"Assistants_Get", "GET", "/assistants/{object}", "/assistants/{object}", assistants, object,
     kNone, kPathObject, Leaves::stores},
    {"Assistants_Modify", "POST", "/assistants/{object}", "/assistants/{object}", assistants,
     object, kNone, kRunWork, Leaves::stores},
    {"Assistants_Delete", "DELETE", "/assistants/{object}", "/assistants/{object}", assistants,
     object, kNone, kPathObject},
    {"Threads_Create", "POST", "/threads", "/threads", assistants, home, kNone, kStored,
     kMade | Leaves::stores},
    {"ThreadsAndRuns_Create", "POST", "/threads/runs", "/threads/runs", assistants, home, kFollow,
     kRunWork, Leaves::thread | Leaves::stores | Leaves::run_files, &kRuns},
    {"Threads_Get", "GET", "/threads/{object}", "/threads/{object}", assistants, object, kNone,
     kPathObject, Leaves::stores},
    {"Threads_Modify", "POST", "/threads/{object}", "/threads/{object}", assistants, object, kNone,
     kStored, Leaves::stores},
    {"Threads_Delete", "DELETE", "/threads/{object}", "/threads/{object}", assistants, object,
     kNone, kPathObject, kNothing, &kThreadsEnd},
    {"Messages_Create", "POST", "/threads/{object}/messages", "/threads/{object}/messages",
     assistants, object, kNone, kStored},
    {"Messages_List", "GET", "/threads/{object}/messages", "/threads/{object}/messages", assistants,
     object, kNone, kNestedList, Leaves::run_files},
    {"Messages_Get", "GET", "/threads/{object}/messages/{id}", "/threads/{object}/messages/{id}",
     assistants, object, kNone, kPathObject, Leaves::run_files},
    {"Messages_Modify", "POST", "/threads/{object}/messages/{id}",
     "/threads/{object}/messages/{id}", assistants, object, kNone, kStored},
    {"Messages_Delete", "DELETE", "/threads/{object}/messages/{id}",
     "/threads/{object}/messages/{id}", assistants, object, kNone, kPathObject},
    {"Runs_Create", "POST", "/threads/{object}/runs", "/threads/{object}/runs", assistants, object,
     kFollow, kRunWork, Leaves::run_files, &kRuns},
    {"Runs_List", "GET", "/threads/{object}/runs", "/threads/{object}/runs", assistants, object,
     kElsewhere, kNestedList},
    {"Runs_Get", "GET", "/threads/{object}/runs/{id}", "/threads/{object}/runs/{id}", assistants,
     object, kElsewhere, kPathObject, kNothing, &kRunsShown},
    {"Runs_Modify", "POST", "/threads/{object}/runs/{id}", "/threads/{object}/runs/{id}",
     assistants, object, kElsewhere, kStored, kNothing, &kRunsShown},
    {"Runs_Cancel", "POST", "/threads/{object}/runs/{id}/cancel",
     "/threads/{object}/runs/{id}/cancel", assistants, object, kElsewhere, kStored, kNothing,
     &kRunsShown},
    {"Runs_SubmitToolOutputs", "POST", "/threads/{object}/runs/{id}/submit_tool_outputs",
     "/threads/{object}/runs/{id}/submit_tool_outputs", assistants, object, kElsewhere, kStored,
     Leaves::run_files, &kRunsShown},
    {"RunSteps_List", "GET", "/threads/{object}/runs/{id}/steps",
     "/threads/{object}/runs/{id}/steps", assistants, object, kElsewhere, kNestedList,
     Leaves::run_files},
    {"RunSteps_Get", "GET", "/threads/{object}/runs/{id}/steps/{id}",
     "/threads/{object}/runs/{id}/steps/{id}", assistants, object, kElsewhere, kPathObject,
     Leaves::run_files},

    {"Files_Create", "POST", "/files", "/files", files, home, kNone, kFileUpload, kMade},
    {"Files_List", "GET", "/files", "/files", files, gateway, kNone, kNoPlaces, kNothing,
     &kPlainApi, "", Shows::whole_list},
    {"Files_Get", "GET", "/files/{object}", "/files/{object}", files, object, kNone, kPathObject},
    {"Files_Delete", "DELETE", "/files/{object}", "/files/{object}", files, object, kNone,
     kPathObject, kNothing, &kFilesEnd},
    {"Files_GetContent", "GET", "/files/{object}/content", "/files/{object}/content", files, object,
     kElsewhere, kPathObject},
    {"Uploads_Create", "POST", "/uploads", "/uploads", files, home, kNone, kUploadStart, kMade},
    {"Uploads_AddPart", "POST", "/uploads/{object}/parts", "/uploads/{object}/parts", files, object,
     kNone, kStored},
    {"Uploads_Complete", "POST", "/uploads/{object}/complete", "/uploads/{object}/complete", files,
     object, kNone, kStored, Leaves::file},
    {"Uploads_Cancel", "POST", "/uploads/{object}/cancel", "/uploads/{object}/cancel", files,
     object, kNone, kStored},

    {"Batches_Create", "POST", "/batches", "/batches", batches, home, kFollow, kBatchStart,
     kMade | Leaves::result_files, &kBatches},
    {"Batches_List", "GET", "/batches", "/batches", batches, gateway, kElsewhere, kNoPlaces,
     kNothing, &kPlainApi, "", Shows::whole_list},
    {"Batches_Get", "GET", "/batches/{object}", "/batches/{object}", batches, object, kElsewhere,
     kPathObject, Leaves::result_files, &kBatchesShown},
    {"Batches_Cancel", "POST", "/batches/{object}/cancel", "/batches/{object}/cancel", batches,
     object, kElsewhere, kStored, Leaves::result_files, &kBatchesShown},

    {"VectorStores_Create", "POST", "/vector_stores", "/vector_stores", vector_stores, home, kNone,
     kStored, kMade},
    {"VectorStores_List", "GET", "/vector_stores", "/vector_stores", vector_stores, gateway, kNone,
     kNoPlaces, kNothing, &kPlainApi, "", Shows::whole_list},
    {"VectorStores_Get", "GET", "/vector_stores/{object}", "/vector_stores/{object}", vector_stores,
     object, kNone, kPathObject},
    {"VectorStores_Modify", "POST", "/vector_stores/{object}", "/vector_stores/{object}",
     vector_stores, object, kNone, kStored},
    {"VectorStores_Delete", "DELETE", "/vector_stores/{object}", "/vector_stores/{object}",
     vector_stores, object, kNone, kPathObject},
    {"VectorStores_Search", "POST", "/vector_stores/{object}/search",
     "/vector_stores/{object}/search", vector_stores, object, kNone, kStored},
    {"VectorStoreFiles_Create", "POST", "/vector_stores/{object}/files",
     "/vector_stores/{object}/files", vector_stores, object, kNone, kStored},
    {"VectorStoreFiles_List", "GET", "/vector_stores/{object}/files",
     "/vector_stores/{object}/files", vector_stores, object, kNone, kNestedList},
    {"VectorStoreFiles_Get", "GET", "/vector_stores/{object}/files/{file}",
     "/vector_stores/{object}/files/{file}", vector_stores, object, kNone, kStoreFile},
    {"VectorStoreFiles_Modify", "POST", "/vector_stores/{object}/files/{file}",
     "/vector_stores/{object}/files/{file}", vector_stores, object, kNone, kStoreFileWork},
    {"VectorStoreFiles_GetContent", "GET", "/vector_stores/{object}/files/{file}/content",
     "/vector_stores/{object}/files/{file}/content", vector_stores, object, kNone, kStoreFile},
    {"VectorStoreFiles_Delete", "DELETE", "/vector_stores/{object}/files/{file}",
     "/vector_stores/{object}/files/{file}", vector_stores, object, kNone, kStoreFile},
    {"VectorStoreFileBatches_Create", "POST", "/vector_stores/{object}/file_batches",
     "/vector_stores/{object}/file_batches", vector_stores, object, kNone, kStored},
    {"VectorStoreFileBatches_Get", "GET", "/vector_stores/{object}/file_batches/{id}",
     "/vector_stores/{object}/file_batches/{id}", vector_stores, object, kNone, kPathObject},
    {"VectorStoreFileBatches_Cancel", "POST", "/vector_stores/{object}/file_batches/{id}/cancel",
     "/vector_stores/{object}/file_batches/{id}/cancel", vector_stores, object, kNone, kStored},
    {"VectorStoreFileBatches_ListFiles", "GET", "/vector_stores/{object}/file_batches/{id}/files",
     "/vector_stores/{object}/file_batches/{id}/files", vector_stores, object, kNone, kNestedList},

    {"FineTuningJobs_Create", "POST", "/fine_tuning/jobs", "/fine_tuning/jobs", fine_tuning, home,
     kNone, kFineTuningStart, kMade | Leaves::tuning_files},
    {"FineTuningJobs_List", "GET", "/fine_tuning/jobs", "/fine_tuning/jobs", fine_tuning, gateway,
     kNone, kNoPlaces, kNothing, &kPlainApi, "", Shows::whole_list},
    {"FineTuningJobs_Get", "GET", "/fine_tuning/jobs/{object}", "/fine_tuning/jobs/{object}",
     fine_tuning, object, kNone, kPathObject, Leaves::tuning_files},
    {"FineTuningJobs_Cancel", "POST", "/fine_tuning/jobs/{object}/cancel",
     "/fine_tuning/jobs/{object}/cancel", fine_tuning, object, kNone, kStored,
     Leaves::tuning_files},
    {"FineTuningJobs_ListEvents", "GET", "/fine_tuning/jobs/{object}/events",
     "/fine_tuning/jobs/{object}/events", fine_tuning, object, kNone, kNestedList},
    {"FineTuningJobs_ListCheckpoints", "GET", "/fine_tuning/jobs/{object}/checkpoints",
     "/fine_tuning/jobs/{object}/checkpoints", fine_tuning, object, kNone, kNestedList},
};

}  // namespace

std::span<const Operation> operation_table() { return kOperations; }

std::string_view genai_name(std::string_view id) {
  for (const Operation& operation : kOperations) {
    if (operation.id == id && !operation.api->genai_name.empty()) return operation.api->genai_name;
  }
  return id;
}

}  // namespace tollgate::operations
