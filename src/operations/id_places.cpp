// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/id_places.hpp"

#include <algorithm>
#include <array>

#include "tollgate/base/text.hpp"

namespace tollgate::operations {
namespace {

/// Variables of a stored prompt are called as its author likes; a file in one is an object.
constexpr std::size_t kFirstId = 1;
constexpr std::size_t kOwnId = 1;

/// The members of azure-protocol.md's source oai that hold ids, wherever they stand. What an id is
/// of, its word tells: an `id` that is a call's or a choice's stays.
constexpr std::array<std::string_view, 35> kPlaces{"**.prompt{}.variables{}.*",
                                                   "id",
                                                   "**.id",
                                                   "**.first_id",
                                                   "**.last_id",
                                                   "**.response_id",
                                                   "**.previous_response_id",
                                                   "**.item_id",
                                                   "**.previous_item_id",
                                                   "**.approval_request_id",
                                                   "**.conversation",
                                                   "**.conversation_id",
                                                   "**.file_id",
                                                   "**.file_ids",
                                                   "**.input_file_id",
                                                   "**.output_file_id",
                                                   "**.error_file_id",
                                                   "**.training_file",
                                                   "**.validation_file",
                                                   "**.result_files",
                                                   "**.batch_id",
                                                   "**.upload_id",
                                                   "**.part_ids",
                                                   "**.vector_store_id",
                                                   "**.vector_store_ids",
                                                   "**.assistant_id",
                                                   "**.thread_id",
                                                   "**.run_id",
                                                   "**.step_id",
                                                   "**.message_id",
                                                   "**.container",
                                                   "**.container_id",
                                                   "**.skill_id",
                                                   "**.fine_tuning_job_id",
                                                   "**.job_id"};

/// Below these a client keeps data of its own, or a server of tools that it has named (the
/// annotations of a message are an array, and the backend's): an id there would be sealed as the
/// client's.
constexpr std::array<std::string_view, 11> kOwnData{"**.metadata{}",
                                                    "**.annotations{}",
                                                    "**._meta{}",
                                                    "**.attributes{}",
                                                    "**.schema{}",
                                                    "**.input_schema{}",
                                                    "**.tools[].parameters{}",
                                                    "**.function{}.parameters{}",
                                                    "**.functions[].parameters{}",
                                                    "**.tools[].headers{}",
                                                    "**.action{}.env{}"};

/// Objects whose members are called as a client likes.
constexpr std::array<std::string_view, 2> kNamedByClients{"**.variables{}", "**.graders{}"};

constexpr std::array<std::string_view, 4> kUrlFields{"location", "content-location",
                                                     "operation-location", "azure-asyncoperation"};

}  // namespace

const usage::JsonPaths& id_places() {
  static const usage::JsonPaths paths(kPlaces, kOwnData, kNamedByClients);
  return paths;
}

bool is_id_place(std::size_t path) { return path >= kFirstId; }

bool is_own_id(std::size_t path) { return path == kOwnId; }

bool is_url_field(std::string_view name) {
  return std::ranges::any_of(kUrlFields,
                             [&](std::string_view field) { return iequals(field, name); });
}

bool answers_with_file(const Operation& operation) {
  const std::string_view path = operation.v1_path;
  const bool has_files = path.starts_with("/files/") || path.starts_with("/containers/");
  return has_files && path.ends_with("/content");
}

}  // namespace tollgate::operations
