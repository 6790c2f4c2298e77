// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/multipart.hpp"

#include <algorithm>

#include <boost/beast/core/string.hpp>

namespace tollgate::simulator {
namespace {

/// A parameter of a field value: `boundary=x`, `name="x"`. Not for values with escaped quotes.
std::string parameter(std::string_view value, std::string_view name) {
  while (true) {
    const std::size_t semicolon = value.find(';');
    if (semicolon == std::string_view::npos) return {};
    value.remove_prefix(semicolon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    const std::size_t equals = value.find('=');
    if (equals == std::string_view::npos) return {};
    if (!boost::beast::iequals(value.substr(0, equals), name)) continue;
    value.remove_prefix(equals + 1);
    if (!value.empty() && value.front() == '"')
      return std::string(value.substr(1, value.find('"', 1) - 1));
    return std::string(value.substr(0, value.find(';')));
  }
}

void read_heads(std::string_view heads, FormPart& part) {
  while (!heads.empty()) {
    const std::size_t end = std::min(heads.find("\r\n"), heads.size());
    const std::string_view line = heads.substr(0, end);
    heads.remove_prefix(std::min(end + 2, heads.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    if (boost::beast::iequals(line.substr(0, colon), "content-disposition")) {
      part.name = parameter(value, "name");
      part.filename = parameter(value, "filename");
    } else if (boost::beast::iequals(line.substr(0, colon), "content-type")) {
      part.content_type = value;
    }
  }
}

}  // namespace

std::optional<Form> Form::parse(std::string_view content_type, std::string_view body) {
  const std::string boundary = parameter(content_type, "boundary");
  if (!content_type.starts_with("multipart/form-data") || boundary.empty()) return std::nullopt;
  const std::string mark = "--" + boundary;
  if (!body.starts_with(mark)) return std::nullopt;
  body.remove_prefix(mark.size());
  const std::string next = "\r\n" + mark;
  Form out;
  while (!body.starts_with("--")) {
    if (!body.starts_with("\r\n")) return std::nullopt;
    body.remove_prefix(2);
    const std::size_t blank = body.find("\r\n\r\n");
    if (blank == std::string_view::npos) return std::nullopt;
    const std::size_t end = body.find(next, blank + 2);
    if (end == std::string_view::npos) return std::nullopt;
    FormPart part;
    read_heads(body.substr(0, blank), part);
    const std::size_t from = blank + 4;
    part.data = end > from ? body.substr(from, end - from) : std::string_view();
    out.parts_.push_back(std::move(part));
    body.remove_prefix(end + next.size());
  }
  return out;
}

const FormPart* Form::find(std::string_view name) const {
  for (const FormPart& part : parts_) {
    if (part.name == name) return &part;
  }
  return nullptr;
}

std::string Form::value(std::string_view name) const {
  const FormPart* part = find(name);
  return part == nullptr ? std::string() : std::string(part->data);
}

std::vector<const FormPart*> Form::all(std::string_view name) const {
  std::vector<const FormPart*> out;
  for (const FormPart& part : parts_) {
    if (part.name == name || part.name == std::string(name) + "[]") out.push_back(&part);
  }
  return out;
}

}  // namespace tollgate::simulator
