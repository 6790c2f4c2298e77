// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "place_paths.hpp"

#include <map>
#include <string_view>
#include <utility>

#include "path_match.hpp"
#include "place_table.hpp"

namespace tollgate::operations {
namespace {

std::vector<const Place*> only(std::span<const Place> places, Where where) {
  std::vector<const Place*> out;
  for (const Place& place : places) {
    if (place.where == where) out.push_back(&place);
  }
  return out;
}

usage::JsonPaths compiled(const std::vector<const Place*>& places) {
  std::vector<std::string_view> paths;
  paths.reserve(places.size());
  for (const Place* place : places) paths.push_back(place->name);
  usage::JsonPaths out(paths, places::kBlind, places::kDictionaries);
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (is_text_only(places[i]->names)) out.tell_all_values(i);
    if (is_id(places[i]->names)) out.take_identified(i);
  }
  return out;
}

using Key = std::pair<const Place*, Where>;

std::map<Key, PlacePaths> compile_all() {
  std::map<Key, PlacePaths> out;
  for (const Operation& operation : operation_table()) {
    for (const Where where : {Where::json, Where::batch_line}) {
      out.try_emplace({operation.places.data(), where}, operation.places, where);
    }
  }
  return out;
}

}  // namespace

PlacePaths::PlacePaths(std::span<const Place> places, Where where)
    : places_(only(places, where)), paths_(compiled(places_)) {}

const PlacePaths& paths_of(std::span<const Place> places, Where where) {
  static const std::map<Key, PlacePaths> all = compile_all();
  return all.at({places.data(), where});
}

}  // namespace tollgate::operations
