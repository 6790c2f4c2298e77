// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::quotas {

/// An element of a document, in the order of their beginnings.
struct XmlElement {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<std::string> within;  ///< the names of the elements around it, the outermost first
  int line = 0;

  /// Null: it has none of that name.
  const std::string* find(std::string_view attribute) const;
};

/// API Management takes policies of at most 256 KiB.
inline constexpr std::size_t kLargestXml = 1024 * 1024;
inline constexpr std::size_t kDeepestXml = 64;

/// No entity is expanded but XML's own five: a document type is refused where it begins. Error
/// invalid_input.
Result<std::vector<XmlElement>> read_xml(std::string_view text);

}  // namespace tollgate::quotas
