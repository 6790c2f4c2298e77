// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "openai/answer.hpp"
#include "setup.hpp"

namespace tollgate::simulator {

struct Call;

/// Where an operation's path may stand (azure-protocol.md 1.1); flags.
enum Family : unsigned {
  kDeployment = 1,  ///< /openai/deployments/{dep}...?api-version=
  kLegacy = 2,      ///< /openai...?api-version=
  kV1 = 4           ///< /openai/v1...
};

enum class Input { none, object, form };

struct Route {
  const char* operation;
  const char* method;
  const char* path;  ///< {…} stands for one segment
  unsigned families;
  Input input;
  std::optional<Serves>
      serves;  ///< what the deployment named must serve; none: names no deployment
  Answer (*handle)(Call& call);
  const char* since = "";  ///< first api-version of the legacy families
};

struct RouteMatch {
  const Route* route = nullptr;  ///< null: unknown path, or not with this method
  Family family = kV1;
  std::string path;              ///< without /openai, the family's part and the query
  std::string deployment;        ///< of the path
  std::vector<std::string> ids;  ///< what stood for {…}, in order
};

RouteMatch find_route(std::string_view method, std::string_view path);

}  // namespace tollgate::simulator
