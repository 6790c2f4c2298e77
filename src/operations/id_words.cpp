// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/operations/id_words.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace tollgate::operations {
namespace {

/// Whoever sends an item may give it an id: an item's word opens no path of its own, as that of an
/// assistant or a thread would.
enum class Named { item, conversation };

struct IdWord {
  std::string_view word;  ///< up to the first underscore
  Named names;
};

/// Of all that ids name, what somebody here asks for (the examples of azure-protocol.md's source
/// oai; unverified for Azure).
constexpr std::array kWords{
    IdWord{"msg", Named::item},          IdWord{"rs", Named::item},
    IdWord{"fc", Named::item},           IdWord{"ws", Named::item},
    IdWord{"fs", Named::item},           IdWord{"ci", Named::item},
    IdWord{"ig", Named::item},           IdWord{"cu", Named::item},
    IdWord{"mcp", Named::item},          IdWord{"mcpl", Named::item},
    IdWord{"mcpr", Named::item},         IdWord{"ctc", Named::item},
    IdWord{"lsh", Named::item},          IdWord{"cmp", Named::item},
    IdWord{"resp", Named::conversation}, IdWord{"thread", Named::conversation},
    IdWord{"conv", Named::conversation}};

struct KindOfWord {
  std::string_view word;  ///< up to the first underscore or dash
  IdKind kind;
};

/// What clients are shown ids of and may send them back (azure-protocol.md 1.4 and the examples of
/// its source oai; ftjob- and assistant- are Azure's own). Items are in the list above.
constexpr std::array kKinds{
    KindOfWord{"resp", IdKind::response},  KindOfWord{"batch", IdKind::batch},
    KindOfWord{"file", IdKind::file},      KindOfWord{"assistant", IdKind::file},
    KindOfWord{"asst", IdKind::assistant}, KindOfWord{"conv", IdKind::object},
    KindOfWord{"thread", IdKind::object},  KindOfWord{"vs", IdKind::object},
    KindOfWord{"cntr", IdKind::object},    KindOfWord{"upload", IdKind::object},
    KindOfWord{"ftjob", IdKind::object},   KindOfWord{"run", IdKind::part},
    KindOfWord{"step", IdKind::part},      KindOfWord{"vsfb", IdKind::part},
    KindOfWord{"cfile", IdKind::part},     KindOfWord{"part", IdKind::part},
    KindOfWord{"audio", IdKind::part},     KindOfWord{"ftckpt", IdKind::part},
    KindOfWord{"ftevent", IdKind::part}};

bool is_called(std::string_view id, Named named) {
  const std::size_t mark = id.find('_');
  const std::string_view word = id.substr(0, mark);
  return mark != id.npos && std::ranges::any_of(kWords, [&](const IdWord& known) {
           return known.names == named && known.word == word;
         });
}

}  // namespace

// Backends draw theirs: a word, and at least this many letters and digits.
bool is_drawn_item(std::string_view id) {
  constexpr std::size_t kDrawn = 20;
  if (!is_called(id, Named::item)) return false;
  const std::string_view drawn = id.substr(id.find('_') + 1);
  return drawn.size() >= kDrawn && drawn.find_first_of("0123456789") != drawn.npos;
}

bool names_conversation(std::string_view id) { return is_called(id, Named::conversation); }

std::size_t word_size(std::string_view id) {
  const std::size_t mark = id.find_first_of("_-");
  return mark == id.npos || mark + 1 == id.size() ? 0 : mark + 1;
}

IdKind id_kind(std::string_view id) {
  const std::size_t size = word_size(id);
  if (size == 0) return IdKind::none;
  const std::string_view word = id.substr(0, size - 1);
  const auto* const found = std::ranges::find(kKinds, word, &KindOfWord::word);
  if (found != kKinds.end()) return found->kind;
  return is_drawn_item(id) ? IdKind::part : IdKind::none;
}

}  // namespace tollgate::operations
