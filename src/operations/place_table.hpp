// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "tollgate/operations/place.hpp"

// Where requests hold the names of models and stored objects (azure-protocol.md 1.7, 1.9 and the
// request schemas of its source oai). Of two places that fit the same string the upper one counts.
// Only objects have owners: messages, runs, upload parts and the like are reached through the
// object in their path.
namespace tollgate::operations::places {

template <std::size_t... N>
consteval auto joined(const std::array<Place, N>&... lists) {
  std::array<Place, (N + ...)> out;
  std::size_t at = 0;
  (([&](const auto& list) {
     for (const Place& place : list) out[at++] = place;
   }(lists)),
   ...);
  return out;
}

/// Whatever the operation: a body that names one of these, by its id or by an object with an `id`,
/// means a stored object. The variables of a
/// stored prompt are called as its author likes; a file in one of them is an object with a file_id.
inline constexpr std::array kAnyObject{
    Place{Where::json, "prompt{}.variables{}.*", Names::own_text},
    Place{Where::json, "**.file_id", Names::object},
    Place{Where::json, "**.file_ids", Names::object},
    Place{Where::json, "**.vector_store_id", Names::object},
    Place{Where::json, "**.vector_store_ids", Names::object},
    Place{Where::json, "**.assistant_id", Names::object},
    Place{Where::json, "**.thread_id", Names::object},
    Place{Where::json, "**.previous_response_id", Names::object},
    Place{Where::json, "**.skill_id", Names::object},
    Place{Where::json, "conversation", Names::object},
    Place{Where::json, "**.container", Names::object},
    Place{Where::json, "**.environment.container_id", Names::object},
    // Calls of the code interpreter that a client sends back say where they ran.
    Place{Where::json, "**.container_id", Names::part},
    Place{Where::json, "input.id", Names::part},
    Place{Where::json, "input.items.id", Names::part},
    Place{Where::json, "items.id", Names::part},
    Place{Where::json, "**.item_id", Names::part},
    Place{Where::json, "**.approval_request_id", Names::part},
};

/// What an answering model may bring along: On Your Data's embeddings, the image tool, spill-over
/// (1.1).
inline constexpr std::array kSecondModels{
    Place{Where::json, "data_sources.parameters.embedding_dependency.deployment_name",
          Names::second_model},
    Place{Where::json, "**.tools.model", Names::second_model},
    Place{Where::json, "**.grader.model", Names::second_model},
    Place{Where::json, "**.graders.model", Names::second_model},
    Place{Where::json, "**.graders.*.model", Names::second_model},
    Place{Where::header, "x-ms-oai-image-generation-deployment", Names::second_model},
    Place{Where::header, "x-ms-spillover-deployment", Names::second_model},
};

inline constexpr std::array kFormFields{
    Place{Where::form, "file_id", Names::object},
    Place{Where::form, "file_ids", Names::object},
};

inline constexpr std::array kPathModel{Place{Where::path, "{deployment}", Names::model}};
inline constexpr std::array kPathObject{Place{Where::path, "{object}", Names::object}};
inline constexpr std::array kBodyModel{Place{Where::json, "model", Names::model},
                                       Place{Where::form, "model", Names::model}};
inline constexpr std::array kOtherModel{Place{Where::json, "model", Names::second_model}};

/// The lines of a batch file are requests of their own. That their url names the deployment is not
/// what Azure documents, so whether it is looked at beside `model` cannot be known.
inline constexpr std::array kBatchLines{
    Place{Where::batch_line, "url", Names::work_url, {}, "body.model"},
    Place{Where::batch_line, "body", Names::coded},
    Place{Where::batch_line, "body{}.prompt{}.variables{}.*", Names::own_text},
    Place{Where::batch_line, "body.model", Names::second_model},
    Place{Where::batch_line, "body.data_sources.parameters.embedding_dependency.deployment_name",
          Names::second_model},
    Place{Where::batch_line, "**.tools.model", Names::second_model},
    Place{Where::batch_line, "**.file_id", Names::object},
    Place{Where::batch_line, "**.file_ids", Names::object},
    Place{Where::batch_line, "**.vector_store_id", Names::object},
    Place{Where::batch_line, "**.vector_store_ids", Names::object},
    Place{Where::batch_line, "**.previous_response_id", Names::object},
    Place{Where::batch_line, "**.skill_id", Names::object},
    Place{Where::batch_line, "body.conversation", Names::object},
    Place{Where::batch_line, "**.container", Names::object},
    Place{Where::batch_line, "**.environment.container_id", Names::object},
    Place{Where::batch_line, "**.container_id", Names::part},
    Place{Where::batch_line, "body.input.id", Names::part},
    Place{Where::batch_line, "body.input.items.id", Names::part},
    Place{Where::batch_line, "**.item_id", Names::part},
    Place{Where::batch_line, "**.approval_request_id", Names::part},
    Place{Where::batch_line, "body.messages.audio.id", Names::part},
};

/// What an assistant has said before.
inline constexpr std::array kSaid{Place{Where::json, "messages.audio.id", Names::part}};

inline constexpr auto kDeploymentWork =
    joined(kPathModel, kBodyModel, kAnyObject, kSecondModels, kSaid, kFormFields);
inline constexpr auto kModelWork = joined(kBodyModel, kAnyObject, kSecondModels, kFormFields);
/// Operations that make something or work on what the path names.
inline constexpr auto kStored = joined(kPathObject, kAnyObject, kSecondModels, kFormFields);
/// A file in a vector store: whether a backend looks if the store has it is not known.
inline constexpr std::array kOfStore{Place{Where::path, "{file}", Names::part}};
inline constexpr auto kStoreFile = joined(kPathObject, kOfStore);
inline constexpr auto kStoreFileWork = joined(kStored, kOfStore);
/// Runs may name a model of their own beside their assistant's.
inline constexpr auto kRunWork = joined(kPathObject, kBodyModel, kAnyObject, kSecondModels);
inline constexpr auto kFineTuningStart =
    joined(kPathObject, kAnyObject, kSecondModels,
           std::array{Place{Where::json, "model", Names::base_model},
                      Place{Where::json, "training_file", Names::object},
                      Place{Where::json, "validation_file", Names::object}});
inline constexpr auto kFileUpload = kBatchLines;
/// A batch file must come in one piece, or its lines could not be read.
inline constexpr auto kUploadStart =
    joined(kAnyObject, std::array{Place{Where::json, "purpose", Names::outside, "batch"}});
inline constexpr auto kBatchStart =
    joined(kAnyObject, kOtherModel,
           std::array{Place{Where::json, "endpoint", Names::work_url, {}, "model"},
                      Place{Where::json, "input_file_id", Names::batch_file},
                      Place{Where::json, "input_blob", Names::outside}});
inline constexpr auto kNestedList =
    joined(kPathObject, std::array{Place{Where::query, "after", Names::part},
                                   Place{Where::query, "before", Names::part}});
inline constexpr std::array<Place, 0> kNoPlaces{};

/// Below these a client keeps data of its own, or sends back what an answer said about itself.
inline constexpr std::array<std::string_view, 13> kBlind{"**.metadata{}",
                                                         "**.attributes{}",
                                                         "**.annotations{}",
                                                         "**.annotations[]",
                                                         "**.schema{}",
                                                         "**.input_schema{}",
                                                         "**.tools[].parameters{}",
                                                         "**.function{}.parameters{}",
                                                         "**.functions[].parameters{}",
                                                         "**.tools[].headers{}",
                                                         "**.action{}.env{}",
                                                         "**.input[].results[]",
                                                         "items[].results[]"};

/// Objects whose members are called as a client likes: what it calls `metadata` there is none.
inline constexpr std::array<std::string_view, 2> kDictionaries{"**.variables{}", "**.graders{}"};

}  // namespace tollgate::operations::places
