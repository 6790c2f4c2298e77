// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "xml_elements.hpp"

#include <expat.h>

#include <algorithm>
#include <memory>

namespace tollgate::quotas {
namespace {

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using ParserHandle = std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser>;

/// What the parser's callbacks fill.
struct Reading {
  XML_Parser parser = nullptr;
  std::vector<XmlElement> elements;
  std::vector<std::string> open;
  std::string fault;  ///< why it was stopped

  void stop(const char* why) {
    if (fault.empty()) fault = why;
    XML_StopParser(parser, XML_FALSE);
  }
};

void on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
  auto& reading = *static_cast<Reading*>(user);
  if (reading.open.size() >= kDeepestXml) return reading.stop("its elements are nested too deep");
  XmlElement& element = reading.elements.emplace_back();
  element.name = name;
  element.within = reading.open;
  element.line = static_cast<int>(XML_GetCurrentLineNumber(reading.parser));
  for (; *attributes != nullptr; attributes += 2)
    element.attributes.emplace_back(attributes[0], attributes[1]);
  reading.open.emplace_back(name);
}

void on_end(void* user, const XML_Char*) { static_cast<Reading*>(user)->open.pop_back(); }

void on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<Reading*>(user)->stop("it declares a document type, which no policy has");
}

}  // namespace

const std::string* XmlElement::find(std::string_view attribute) const {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const auto& one) { return one.first == attribute; });
  return found == attributes.end() ? nullptr : &found->second;
}

Result<std::vector<XmlElement>> read_xml(std::string_view text) {
  if (text.size() > kLargestXml) return Error{Errc::invalid_input, "it is larger than a policy"};
  const ParserHandle parser(XML_ParserCreate("UTF-8"));
  if (!parser) return Error{Errc::internal, "no memory for the XML parser"};
  Reading reading;
  reading.parser = parser.get();
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  const auto size = static_cast<int>(text.size());
  if (XML_Parse(parser.get(), text.data(), size, XML_TRUE) == XML_STATUS_OK)
    return std::move(reading.elements);
  const std::string why = reading.fault.empty()
                              ? std::string(XML_ErrorString(XML_GetErrorCode(parser.get())))
                              : reading.fault;
  return Error{Errc::invalid_input,
               "line " + std::to_string(XML_GetCurrentLineNumber(parser.get())) + ": " + why};
}

}  // namespace tollgate::quotas
