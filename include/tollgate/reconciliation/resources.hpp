// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::reconciliation {

/// A backend as the configuration has it.
struct BackendResource {
  std::string backend;
  std::string endpoint;     ///< https://host[:port][/path]
  std::string resource_id;  ///< empty: not told
};

/// Which Azure resource stands behind a backend. One whose id is told goes by that; another by the
/// first label of its host, which is the resource's own name where it has a subdomain of its own.
class Resources {
 public:
  explicit Resources(const std::vector<BackendResource>& backends);

  /// The resource's name; of a backend that is not configured any more its own name.
  std::string of_backend(const std::string& backend) const;
  /// Nullopt: no backend stands for it.
  std::optional<std::string> of_resource_id(std::string_view resource_id) const;

 private:
  std::map<std::string, std::string> of_backends_;
  std::map<std::string, std::string> of_ids_;    ///< in small letters
  std::map<std::string, std::string> of_names_;  ///< of those without an id
};

}  // namespace tollgate::reconciliation
