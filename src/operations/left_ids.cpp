// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "path_match.hpp"

namespace tollgate::operations {
namespace {

struct LeftId {
  Leaves what;
  std::string_view at;  ///< a path of usage::JsonPaths, in a whole answer or one event's data
};

/// Where answers hold ids of what a client's work has made (azure-protocol.md 1.7, 1.9 and the
/// schemas of its source oai). Whole paths alone: below names that a client chooses it could write
/// the id of what nobody has made through the gateway, and own it from then on.
constexpr std::array kLeftIds{
    LeftId{Leaves::items, "id"},
    LeftId{Leaves::items, "data.id"},
    LeftId{Leaves::stores, "tool_resources.file_search.vector_store_ids"},
    LeftId{Leaves::run_files, "content.image_file.file_id"},
    LeftId{Leaves::run_files, "content.text.annotations.file_path.file_id"},
    LeftId{Leaves::run_files, "data.content.image_file.file_id"},
    LeftId{Leaves::run_files, "data.content.text.annotations.file_path.file_id"},
    LeftId{Leaves::run_files, "step_details.tool_calls.code_interpreter.outputs.image.file_id"},
    LeftId{Leaves::run_files,
           "data.step_details.tool_calls.code_interpreter.outputs.image.file_id"},
    // What streams tell of a message and of a step while they grow.
    LeftId{Leaves::run_files, "delta.content.image_file.file_id"},
    LeftId{Leaves::run_files, "delta.content.text.annotations.file_path.file_id"},
    LeftId{Leaves::run_files,
           "delta.step_details.tool_calls.code_interpreter.outputs.image.file_id"},
    LeftId{Leaves::tuning_files, "result_files"},
};

std::optional<usage::JsonPaths> compiled(const Operation& operation) {
  std::vector<std::string_view> paths;
  for (const LeftId& id : kLeftIds) {
    if (operation.leaves_id(id.what)) paths.push_back(id.at);
  }
  if (paths.empty()) return std::nullopt;
  return usage::JsonPaths(paths);
}

using Compiled = std::map<Leaves, std::optional<usage::JsonPaths>>;

Compiled compile_all() {
  Compiled out;
  for (const Operation& operation : operation_table()) {
    out.try_emplace(operation.leaves, compiled(operation));
  }
  return out;
}

}  // namespace

const usage::JsonPaths* left_paths(Leaves leaves) {
  static const Compiled all = compile_all();
  const auto found = all.find(leaves);
  return found == all.end() || !found->second ? nullptr : &*found->second;
}

}  // namespace tollgate::operations
