// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "open_ids.hpp"

#include <algorithm>
#include <utility>

#include "read_through.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/operations/id_places.hpp"
#include "tollgate/operations/request_names.hpp"
#include "tollgate/usage/json_path_scanner.hpp"

namespace tollgate::proxy {

namespace asio = boost::asio;

namespace {

using operations::RequestTarget;
using seals::ExchangeIds;

/// Opens the parts between dividers that are seals; false: one of them does not open.
bool open_parts(ExchangeIds& ids, std::string& text, std::string_view dividers) {
  std::vector<Edit> edits;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(dividers, at), text.size());
    const std::string_view part(text.data() + at, end - at);
    if (seals::Seals::looks_sealed(part)) {
      std::optional<std::string> opened = ids.open(part);
      if (!opened) return false;
      edits.push_back({at, end, std::move(*opened)});
    }
    at = end + 1;
  }
  apply(std::move(edits), text);
  return true;
}

bool open_name(ExchangeIds& ids, std::string& name) { return open_parts(ids, name, "/"); }

bool open_target(ExchangeIds& ids, RequestTarget& target) {
  return open_parts(ids, target.path, "/") && open_parts(ids, target.query, "&=") &&
         open_name(ids, target.object_id) && open_name(ids, target.file_id);
}

/// Finds the seals of a JSON body, in steps.
class SealedPlaces {
 public:
  SealedPlaces(ExchangeIds& ids, std::string_view body)
      : ids_(ids), left_(body), scanner_(operations::id_places()) {}

  /// True: it has ended.
  bool step() {
    read_piece();
    return left_.empty() || too_many();
  }
  bool too_many() const { return ids_.told().size() + ids_.bare().size() > operations::kMostIds; }

  std::vector<Edit> edits;

 private:
  void read_piece() {
    constexpr std::size_t kPiece = 16 * 1024;  // holds fewer strings than a scanner keeps
    scanner_.feed(left_.substr(0, kPiece));
    left_.remove_prefix(std::min(kPiece, left_.size()));
    for (const usage::PlacedText& found : scanner_.take_found()) {
      if (!operations::is_id_place(found.path)) continue;
      if (const auto opened = ids_.open_at_place(found.value))
        edits.push_back({found.begin, found.end, "\"" + *opened + "\""});
    }
  }

  ExchangeIds& ids_;
  std::string_view left_;
  usage::JsonPathScanner scanner_;
};

/// Those of a form: in its fields, and in the lines of a batch file.
std::vector<Edit> edits_of_form(ExchangeIds& ids, const std::vector<operations::RequestName>& names,
                                std::string_view body) {
  std::vector<Edit> out;
  for (const operations::RequestName& name : names) {
    if (name.begin == name.end) continue;
    const auto opened = ids.open(name.value);
    if (!opened) continue;
    const bool quoted = body[name.begin] == '"';
    out.push_back({name.begin, name.end, quoted ? "\"" + *opened + "\"" : *opened});
  }
  return out;
}

}  // namespace

void apply(std::vector<Edit> edits, std::string& text) {
  if (edits.empty()) return;
  std::ranges::sort(edits, {}, &Edit::begin);
  const bool grows = std::ranges::any_of(
      edits, [](const Edit& edit) { return edit.text.size() > edit.end - edit.begin; });
  std::string apart;
  if (grows) apart = text;
  const std::string_view source = grows ? std::string_view(apart) : std::string_view(text);
  if (grows) text.clear();
  std::size_t size = 0;
  std::size_t done = 0;
  const auto put = [&](std::string_view part) {
    if (grows) {
      text.append(part);
    } else {
      std::copy(part.begin(), part.end(), text.begin() + static_cast<std::ptrdiff_t>(size));
    }
    size += part.size();
  };
  for (const Edit& edit : edits) {
    if (edit.begin < done) continue;  // it was said before
    put(source.substr(done, edit.begin - done));
    put(edit.text);
    done = edit.end;
  }
  put(source.substr(done));
  text.resize(size);
}

void leave_bare(ExchangeIds& ids, std::span<const operations::RequestName> names) {
  for (const operations::RequestName& name : names) {
    const bool is_id = name.is_object() || name.is(operations::Names::part);
    if (is_id && !ids.told().contains(name.value)) ids.leave_bare(name.value);
  }
  for (const std::string& id : ids.bare()) ids.leave_bare(id);
}

asio::awaitable<std::optional<Refusal>> open_ids(ExchangeIds& ids, RequestTarget& target,
                                                 const http::RequestHead& head, std::string& body) {
  if (!open_target(ids, target)) {
    Refusal out = refusal_for_route(Error{Errc::not_found, {}}, *target.operation);
    out.detail = "a sealed id that is damaged, or another client's";
    co_return out;
  }
  if (iequals(head.find("content-type").substr(0, 9), "multipart")) {
    operations::NamesReader reader(target, head.fields, body);
    co_await read_through(reader);
    // What is wrong with it will be said when its names are read for themselves.
    const auto names = reader.take();
    if (names) apply(edits_of_form(ids, *names, body), body);
    co_return std::nullopt;
  }
  SealedPlaces places(ids, body);
  co_await read_through(places);
  if (places.too_many())
    co_return refusal_for_names(Error{Errc::invalid_input, "the body refers to too many objects"});
  apply(std::move(places.edits), body);
  co_return std::nullopt;
}

}  // namespace tollgate::proxy
