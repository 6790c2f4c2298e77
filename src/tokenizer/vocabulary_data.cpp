// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "vocabulary_data.hpp"

// The assembler copies the files in: as an array in C++ they would cost the compiler minutes.
#define TOLLGATE_EMBED(name)                       \
  asm(".pushsection .rodata." #name                \
      ",\"a\"\n"                                   \
      ".global tollgate_" #name                    \
      "_begin\n"                                   \
      ".hidden tollgate_" #name                    \
      "_begin\n"                                   \
      "tollgate_" #name                            \
      "_begin:\n"                                  \
      ".incbin \"" TOLLGATE_VOCABULARIES "/" #name \
      ".bin\"\n"                                   \
      ".global tollgate_" #name                    \
      "_end\n"                                     \
      ".hidden tollgate_" #name                    \
      "_end\n"                                     \
      "tollgate_" #name                            \
      "_end:\n"                                    \
      ".popsection\n");                            \
  extern "C" const char tollgate_##name##_begin[]; \
  extern "C" const char tollgate_##name##_end[]

TOLLGATE_EMBED(o200k_base);
TOLLGATE_EMBED(cl100k_base);

namespace tollgate::tokenizer {

std::string_view vocabulary_data(Encoding encoding) {
  if (encoding == Encoding::o200k_base) return {tollgate_o200k_base_begin, tollgate_o200k_base_end};
  return {tollgate_cl100k_base_begin, tollgate_cl100k_base_end};
}

}  // namespace tollgate::tokenizer
