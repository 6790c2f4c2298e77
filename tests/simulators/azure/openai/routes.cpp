// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/routes.hpp"

#include "openai/families.hpp"

namespace tollgate::simulator {
namespace {

constexpr unsigned kInference = kDeployment | kV1;
constexpr unsigned kResource = kLegacy | kV1;
constexpr const char* kResponsesSince = "2025-03-01";
constexpr const char* kAssistantsSince = "2024-02-15";
constexpr const char* kVectorStoresSince = "2024-05-01";  // unverified, as the next
constexpr const char* kBatchesSince = "2024-07-01";
constexpr std::nullopt_t kNone = std::nullopt;

using enum Serves;
using enum Input;

/// Every operation of a resource (azure-protocol.md 1.4). Ids are those of Azure's own messages
/// where it has them.
constexpr Route kRoutes[] = {
    {"ChatCompletions_Create", "POST", "/chat/completions", kInference, object, text,
     create_chat_completion},
    {"Completions_Create", "POST", "/completions", kInference, object, text, create_completion},
    {"Embeddings_Create", "POST", "/embeddings", kInference, object, embeddings, create_embeddings},

    {"Responses_Create", "POST", "/responses", kResource, object, text, create_response,
     kResponsesSince},
    {"Responses_Compact", "POST", "/responses/compact", kV1, object, text, compact_response},
    {"Responses_CountInputTokens", "POST", "/responses/input_tokens", kV1, object, text,
     count_input_tokens},
    {"Responses_Get", "GET", "/responses/{id}", kResource, none, kNone, get_response,
     kResponsesSince},
    {"Responses_Delete", "DELETE", "/responses/{id}", kResource, none, kNone, delete_response,
     kResponsesSince},
    {"Responses_Cancel", "POST", "/responses/{id}/cancel", kResource, none, kNone, cancel_response,
     kResponsesSince},
    {"Responses_ListInputItems", "GET", "/responses/{id}/input_items", kResource, none, kNone,
     list_input_items, kResponsesSince},

    {"Conversations_Create", "POST", "/conversations", kV1, object, kNone, create_conversation},
    {"Conversations_Get", "GET", "/conversations/{id}", kV1, none, kNone, get_object},
    {"Conversations_Modify", "POST", "/conversations/{id}", kV1, object, kNone, modify_object},
    {"Conversations_Delete", "DELETE", "/conversations/{id}", kV1, none, kNone, delete_object},
    {"ConversationItems_Create", "POST", "/conversations/{id}/items", kV1, object, kNone,
     create_conversation_items},
    {"ConversationItems_List", "GET", "/conversations/{id}/items", kV1, none, kNone, list_objects},
    {"ConversationItems_Get", "GET", "/conversations/{id}/items/{id}", kV1, none, kNone,
     get_object},
    {"ConversationItems_Delete", "DELETE", "/conversations/{id}/items/{id}", kV1, none, kNone,
     delete_object},
    {"Containers_Create", "POST", "/containers", kV1, object, kNone, create_container},
    {"Containers_List", "GET", "/containers", kV1, none, kNone, list_objects},
    {"Containers_Get", "GET", "/containers/{id}", kV1, none, kNone, get_object},
    {"Containers_Delete", "DELETE", "/containers/{id}", kV1, none, kNone, delete_object},
    {"ContainerFiles_Create", "POST", "/containers/{id}/files", kV1, form, kNone,
     create_container_file},
    {"ContainerFiles_List", "GET", "/containers/{id}/files", kV1, none, kNone, list_objects},
    {"ContainerFiles_Get", "GET", "/containers/{id}/files/{id}", kV1, none, kNone, get_object},
    {"ContainerFiles_Delete", "DELETE", "/containers/{id}/files/{id}", kV1, none, kNone,
     delete_object},
    {"ContainerFiles_GetContent", "GET", "/containers/{id}/files/{id}/content", kV1, none, kNone,
     get_nested_content},

    {"ImageGenerations_Create", "POST", "/images/generations", kInference, object, images,
     create_image},
    {"ImageEdits_Create", "POST", "/images/edits", kInference, form, images, edit_image},
    {"Transcriptions_Create", "POST", "/audio/transcriptions", kInference, form, transcription,
     create_transcription},
    {"Translations_Create", "POST", "/audio/translations", kInference, form, transcription,
     create_translation},
    {"Speech_Create", "POST", "/audio/speech", kInference, object, speech, create_speech},

    {"Models_List", "GET", "/models", kResource, none, kNone, list_models},
    {"Models_Get", "GET", "/models/{id}", kResource, none, kNone, get_model},

    {"Assistants_Create", "POST", "/assistants", kResource, object, text, create_assistant,
     kAssistantsSince},
    {"Assistants_List", "GET", "/assistants", kResource, none, kNone, list_objects,
     kAssistantsSince},
    {"Assistants_Get", "GET", "/assistants/{id}", kResource, none, kNone, get_object,
     kAssistantsSince},
    {"Assistants_Modify", "POST", "/assistants/{id}", kResource, object, kNone, modify_object,
     kAssistantsSince},
    {"Assistants_Delete", "DELETE", "/assistants/{id}", kResource, none, kNone, delete_object,
     kAssistantsSince},
    {"ThreadsAndRuns_Create", "POST", "/threads/runs", kResource, object, kNone,
     create_thread_and_run, kAssistantsSince},
    {"Threads_Create", "POST", "/threads", kResource, object, kNone, create_thread,
     kAssistantsSince},
    {"Threads_Get", "GET", "/threads/{id}", kResource, none, kNone, get_object, kAssistantsSince},
    {"Threads_Modify", "POST", "/threads/{id}", kResource, object, kNone, modify_object,
     kAssistantsSince},
    {"Threads_Delete", "DELETE", "/threads/{id}", kResource, none, kNone, delete_object,
     kAssistantsSince},
    {"Messages_Create", "POST", "/threads/{id}/messages", kResource, object, kNone, create_message,
     kAssistantsSince},
    {"Messages_List", "GET", "/threads/{id}/messages", kResource, none, kNone, list_objects,
     kAssistantsSince},
    {"Messages_Get", "GET", "/threads/{id}/messages/{id}", kResource, none, kNone, get_object,
     kAssistantsSince},
    {"Messages_Modify", "POST", "/threads/{id}/messages/{id}", kResource, object, kNone,
     modify_object, kAssistantsSince},
    {"Messages_Delete", "DELETE", "/threads/{id}/messages/{id}", kResource, none, kNone,
     delete_object, kAssistantsSince},
    {"Runs_Create", "POST", "/threads/{id}/runs", kResource, object, kNone, create_run,
     kAssistantsSince},
    {"Runs_List", "GET", "/threads/{id}/runs", kResource, none, kNone, list_runs, kAssistantsSince},
    {"Runs_Get", "GET", "/threads/{id}/runs/{id}", kResource, none, kNone, get_run,
     kAssistantsSince},
    {"Runs_Modify", "POST", "/threads/{id}/runs/{id}", kResource, object, kNone, modify_run,
     kAssistantsSince},
    {"Runs_Cancel", "POST", "/threads/{id}/runs/{id}/cancel", kResource, none, kNone, cancel_run,
     kAssistantsSince},
    {"Runs_SubmitToolOutputs", "POST", "/threads/{id}/runs/{id}/submit_tool_outputs", kResource,
     object, kNone, submit_tool_outputs, kAssistantsSince},
    {"RunSteps_List", "GET", "/threads/{id}/runs/{id}/steps", kResource, none, kNone,
     list_run_steps, kAssistantsSince},
    {"RunSteps_Get", "GET", "/threads/{id}/runs/{id}/steps/{id}", kResource, none, kNone,
     get_run_step, kAssistantsSince},

    {"Files_Create", "POST", "/files", kResource, form, kNone, create_file},
    {"Files_List", "GET", "/files", kResource, none, kNone, list_objects},
    {"Files_Get", "GET", "/files/{id}", kResource, none, kNone, get_object},
    {"Files_Delete", "DELETE", "/files/{id}", kResource, none, kNone, delete_object},
    {"Files_GetContent", "GET", "/files/{id}/content", kResource, none, kNone, get_file_content},
    {"Uploads_Create", "POST", "/uploads", kResource, object, kNone, create_upload},
    {"Uploads_AddPart", "POST", "/uploads/{id}/parts", kResource, form, kNone, add_upload_part},
    {"Uploads_Complete", "POST", "/uploads/{id}/complete", kResource, object, kNone,
     complete_upload},
    {"Uploads_Cancel", "POST", "/uploads/{id}/cancel", kResource, none, kNone, cancel_upload},

    {"Batches_Create", "POST", "/batches", kResource, object, kNone, create_batch, kBatchesSince},
    {"Batches_List", "GET", "/batches", kResource, none, kNone, list_batches, kBatchesSince},
    {"Batches_Get", "GET", "/batches/{id}", kResource, none, kNone, get_batch, kBatchesSince},
    {"Batches_Cancel", "POST", "/batches/{id}/cancel", kResource, none, kNone, cancel_batch,
     kBatchesSince},

    {"VectorStores_Create", "POST", "/vector_stores", kResource, object, kNone, create_vector_store,
     kVectorStoresSince},
    {"VectorStores_List", "GET", "/vector_stores", kResource, none, kNone, list_objects,
     kVectorStoresSince},
    {"VectorStores_Get", "GET", "/vector_stores/{id}", kResource, none, kNone, get_object,
     kVectorStoresSince},
    {"VectorStores_Modify", "POST", "/vector_stores/{id}", kResource, object, kNone, modify_object,
     kVectorStoresSince},
    {"VectorStores_Delete", "DELETE", "/vector_stores/{id}", kResource, none, kNone, delete_object,
     kVectorStoresSince},
    {"VectorStores_Search", "POST", "/vector_stores/{id}/search", kResource, object, kNone,
     search_vector_store, kVectorStoresSince},
    {"VectorStoreFiles_Create", "POST", "/vector_stores/{id}/files", kResource, object, kNone,
     create_vector_store_file, kVectorStoresSince},
    {"VectorStoreFiles_List", "GET", "/vector_stores/{id}/files", kResource, none, kNone,
     list_objects, kVectorStoresSince},
    {"VectorStoreFiles_Get", "GET", "/vector_stores/{id}/files/{id}", kResource, none, kNone,
     get_object, kVectorStoresSince},
    {"VectorStoreFiles_Delete", "DELETE", "/vector_stores/{id}/files/{id}", kResource, none, kNone,
     delete_object, kVectorStoresSince},
    {"VectorStoreFileBatches_Create", "POST", "/vector_stores/{id}/file_batches", kResource, object,
     kNone, create_vector_store_file_batch, kVectorStoresSince},
    {"VectorStoreFileBatches_Get", "GET", "/vector_stores/{id}/file_batches/{id}", kResource, none,
     kNone, get_object, kVectorStoresSince},

    {"VectorStoreFiles_Modify", "POST", "/vector_stores/{id}/files/{id}", kResource, object, kNone,
     modify_object, kVectorStoresSince},
    {"VectorStoreFiles_GetContent", "GET", "/vector_stores/{id}/files/{id}/content", kResource,
     none, kNone, get_nested_content, kVectorStoresSince},
    {"VectorStoreFileBatches_Cancel", "POST", "/vector_stores/{id}/file_batches/{id}/cancel",
     kResource, none, kNone, cancel_vector_store_file_batch, kVectorStoresSince},
    {"VectorStoreFileBatches_ListFiles", "GET", "/vector_stores/{id}/file_batches/{id}/files",
     kResource, none, kNone, list_vector_store_batch_files, kVectorStoresSince},

    {"FineTuningJobs_Create", "POST", "/fine_tuning/jobs", kResource, object, kNone,
     create_fine_tuning_job},
    {"FineTuningJobs_List", "GET", "/fine_tuning/jobs", kResource, none, kNone,
     list_fine_tuning_jobs},
    {"FineTuningJobs_Get", "GET", "/fine_tuning/jobs/{id}", kResource, none, kNone,
     get_fine_tuning_job},
    {"FineTuningJobs_Cancel", "POST", "/fine_tuning/jobs/{id}/cancel", kResource, none, kNone,
     cancel_fine_tuning_job},
    {"FineTuningJobs_ListEvents", "GET", "/fine_tuning/jobs/{id}/events", kResource, none, kNone,
     list_fine_tuning_events},
    {"FineTuningJobs_ListCheckpoints", "GET", "/fine_tuning/jobs/{id}/checkpoints", kResource, none,
     kNone, list_fine_tuning_checkpoints},
};

std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const std::string_view out = path.substr(0, path.find('/'));
  path.remove_prefix(out.size());
  return out;
}

bool fits(std::string_view pattern, std::string_view path, std::vector<std::string>& ids) {
  ids.clear();
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view wanted = take_segment(pattern);
    const std::string_view given = take_segment(path);
    if (wanted == "{id}") {
      if (given.empty()) return false;
      ids.emplace_back(given);
    } else if (wanted != given) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

void match_in(Family family, std::string_view method, std::string_view path, RouteMatch& out) {
  for (const Route& route : kRoutes) {
    if ((route.families & family) == 0 || method != route.method) continue;
    if (!fits(route.path, path, out.ids)) continue;
    out.route = &route;
    out.path = path;
    return;
  }
}

}  // namespace

RouteMatch find_route(std::string_view method, std::string_view path) {
  constexpr std::string_view kRoot = "/openai";
  constexpr std::string_view kDeployments = "/deployments/";
  RouteMatch out;
  if (!path.starts_with(kRoot)) return out;
  path.remove_prefix(kRoot.size());
  if (path.starts_with("/v1/")) {
    out.family = Family::kV1;
    match_in(out.family, method, path.substr(3), out);
  } else if (path.starts_with(kDeployments)) {
    out.family = Family::kDeployment;
    path.remove_prefix(kDeployments.size());
    out.deployment = path.substr(0, path.find('/'));
    match_in(out.family, method, path.substr(out.deployment.size()), out);
  } else {
    out.family = Family::kLegacy;
    match_in(out.family, method, path, out);
  }
  return out;
}

}  // namespace tollgate::simulator
