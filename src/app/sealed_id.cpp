// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sealed_id.hpp"

#include "open_trail.hpp"
#include "tollgate/seals/seals.hpp"

namespace tollgate::app {

Result<std::string> original_id(const std::string& config_path, const std::string& id) {
  if (!seals::Seals::looks_sealed(id)) return id;
  const Result<config::Config> config = load_for_readers(config_path, {.seals = true});
  if (!config)
    return Error{Errc::invalid_input,
                 "the id is sealed, and to open it: " + config.error().message};
  if (config->objects.seal_keys.empty())
    return Error{Errc::invalid_input, "the id is sealed, and there are no objects.seal_keys"};
  const auto seals = seals::Seals::make(*config);
  if (!seals) return seals.error();
  auto object = (*seals)->open(id);
  if (!object)
    return Error{
        Errc::invalid_input,
        "the id is sealed, and none of objects.seal_keys opens it: it is not whole, or was "
        "sealed with another key"};
  return std::move(object->id);
}

}  // namespace tollgate::app
