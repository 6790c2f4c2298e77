// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>

#include "model_prefix.hpp"
#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::tokenizer {
namespace {

struct Row {
  std::string_view prefix;
  Encoding encoding;
};

// As the reference tokenizer's own table of models (tiktoken/model.py), with the names Azure adds.
// gpt-oss has more special tokens than o200k_base, but the same ordinary ones.
constexpr std::array kRows{
    Row{"gpt-5", Encoding::o200k_base},
    Row{"gpt-4.5", Encoding::o200k_base},
    Row{"gpt-4.1", Encoding::o200k_base},
    Row{"gpt-4o", Encoding::o200k_base},
    Row{"chatgpt-4o", Encoding::o200k_base},
    Row{"gpt-oss", Encoding::o200k_base},
    Row{"o1", Encoding::o200k_base},
    Row{"o3", Encoding::o200k_base},
    Row{"o4", Encoding::o200k_base},
    Row{"gpt-4", Encoding::cl100k_base},
    Row{"gpt-3.5", Encoding::cl100k_base},
    Row{"gpt-35", Encoding::cl100k_base},
    Row{"text-embedding-3-", Encoding::cl100k_base},
    Row{"text-embedding-ada-002", Encoding::cl100k_base},
    Row{"davinci-002", Encoding::cl100k_base},
    Row{"babbage-002", Encoding::cl100k_base},
};

}  // namespace

EncodingChoice encoding_for_model(std::string_view model) {
  const Row* const row = longest_prefix(kRows, model);
  return row == nullptr ? EncodingChoice{} : EncodingChoice{row->encoding, true};
}

}  // namespace tollgate::tokenizer
