// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "operations.hpp"

#include <array>

namespace tollgate::routing {
namespace {

using usage::ApiShape;

/// azure-protocol.md 1.4. Legacy paths follow /openai, v1 paths /openai/v1; ids are those of Azure's own
/// messages ("Requests to the ChatCompletions_Create Operation ...").
constexpr std::array kOperations{
    Operation{"ChatCompletions_Create", "POST", "/deployments/{deployment}/chat/completions",
              "/chat/completions", ApiShape::chat},
    Operation{"Completions_Create", "POST", "/deployments/{deployment}/completions", "/completions",
              ApiShape::completions},
    Operation{"Embeddings_Create", "POST", "/deployments/{deployment}/embeddings", "/embeddings",
              ApiShape::embeddings},
    Operation{"Responses_Create", "POST", "/responses", "/responses", ApiShape::responses, true},
};

constexpr std::string_view kLegacyRoot = "/openai";
constexpr std::string_view kV1Root = "/openai/v1";
constexpr std::string_view kDeployment = "{deployment}";

/// Whether the path fits the pattern; what stands for {deployment} is one whole segment.
bool fits(std::string_view path, std::string_view pattern, std::string_view& deployment) {
  const std::size_t hole = pattern.find(kDeployment);
  if (hole == std::string_view::npos) return path == pattern;
  if (path.substr(0, hole) != pattern.substr(0, hole)) return false;
  path.remove_prefix(hole);
  const std::size_t end = std::min(path.find('/'), path.size());
  deployment = path.substr(0, end);
  return !deployment.empty() && path.substr(end) == pattern.substr(hole + kDeployment.size());
}

bool below(std::string_view path, std::string_view root) {
  return path.size() > root.size() && path.substr(0, root.size()) == root && path[root.size()] == '/';
}

}  // namespace

std::span<const Operation> operations() { return kOperations; }

PathMatch find_operation(std::string_view method, std::string_view path) {
  PathMatch out;
  if (!below(path, kLegacyRoot)) return out;
  const bool v1 = below(path, kV1Root);
  const std::string_view rest = path.substr(v1 ? kV1Root.size() : kLegacyRoot.size());
  for (const Operation& operation : kOperations) {
    std::string_view deployment;
    if (!fits(rest, v1 ? operation.v1_path : operation.legacy_path, deployment)) continue;
    out.allowed.append(out.allowed.empty() ? "" : ", ").append(operation.method);
    if (operation.method != method) continue;
    out.operation = &operation;
    out.family = v1 ? UrlFamily::v1 : UrlFamily::legacy;
    out.deployment = deployment;
  }
  return out;
}

}  // namespace tollgate::routing
