// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/resources.hpp"

#include <algorithm>

#include "tollgate/base/text.hpp"

namespace tollgate::reconciliation {
namespace {

std::string_view last_part(std::string_view resource_id) {
  const std::size_t slash = resource_id.find_last_of('/');
  return slash == std::string_view::npos ? resource_id : resource_id.substr(slash + 1);
}

/// "contoso" of https://contoso.openai.azure.com:443/path
std::string first_label(std::string_view endpoint) {
  const std::size_t scheme = endpoint.find("://");
  if (scheme != std::string_view::npos) endpoint.remove_prefix(scheme + 3);
  return to_lower(endpoint.substr(0, endpoint.find_first_of(".:/")));
}

}  // namespace

Resources::Resources(const std::vector<BackendResource>& backends) {
  for (const BackendResource& one : backends) {
    const std::string id = to_lower(one.resource_id);
    const std::string name = id.empty() ? first_label(one.endpoint) : std::string(last_part(id));
    of_backends_[one.backend] = name;
    (id.empty() ? of_names_[name] : of_ids_[id]) = name;
  }
}

std::string Resources::of_backend(const std::string& backend) const {
  const auto found = of_backends_.find(backend);
  return found == of_backends_.end() ? backend : found->second;
}

std::optional<std::string> Resources::of_resource_id(std::string_view resource_id) const {
  const std::string id = to_lower(resource_id);
  const auto by_id = of_ids_.find(id);
  if (by_id != of_ids_.end()) return by_id->second;
  const auto by_name = of_names_.find(std::string(last_part(id)));
  return by_name == of_names_.end() ? std::nullopt : std::optional(by_name->second);
}

}  // namespace tollgate::reconciliation
