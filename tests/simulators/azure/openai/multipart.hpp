// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::simulator {

/// One part of multipart/form-data; `data` points into the body that was parsed.
struct FormPart {
  std::string name;
  std::string filename;
  std::string content_type;
  std::string_view data;
};

class SentForm {
 public:
  /// nullopt: no multipart body of that content type, or one without its end. Linear in the body's
  /// size.
  static std::optional<SentForm> parse(std::string_view content_type, std::string_view body);

  const FormPart* find(std::string_view name) const;
  std::string value(std::string_view name) const;
  /// Parts of a name, also as `name[]`.
  std::vector<const FormPart*> all(std::string_view name) const;

 private:
  std::vector<FormPart> parts_;
};

}  // namespace tollgate::simulator
