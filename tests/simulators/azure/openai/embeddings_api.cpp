// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openai/families.hpp"
#include "openai/usage_shapes.hpp"

namespace tollgate::simulator {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

/// 1,536 float32 of zeroes in base64, which is 8,192 characters of 'A'.
constexpr std::size_t kBase64Vector = 8192;
constexpr std::size_t kFloatVector = 1536 * 6 - 1;  // "0.125," without the last comma

/// One vector's text, however long.
Piece vector_piece(bool base64, std::size_t wished) {
  if (base64) return repeated("AAAAAAAA", wished == 0 ? kBase64Vector : (wished + 3) / 4 * 4);
  // Whole numbers, the last without its comma.
  return repeated("0.125,", wished == 0 ? kFloatVector : (wished / 6 + 1) * 6 - 1);
}

}  // namespace

/// `x-sim-embedding-bytes` is the length of the first vector's text.
Answer create_embeddings(Call& call) {
  call.generation.tokens.completion = 0;
  const bool base64 = call.text("encoding_format") == "base64";
  const json input = call.body.value("input", json());
  const bool several = input.is_array() && !input.empty() && !input[0].is_number();
  const std::size_t count = several ? input.size() : 1;
  Answer out;
  out.pieces.push_back({.bytes = R"({"object":"list","data":[)"});
  for (std::size_t i = 0; i < count; ++i) {
    out.pieces.push_back({.bytes = std::string(i == 0 ? "" : ",") +
                                   R"({"object":"embedding","index":)" + std::to_string(i) +
                                   R"(,"embedding":)" + (base64 ? "\"" : "[")});
    const auto wished = static_cast<std::size_t>(call.number("x-sim-embedding-bytes", 0));
    out.pieces.push_back(vector_piece(base64, i == 0 ? wished : 0));
    out.pieces.push_back({.bytes = base64 ? "\"}" : "]}"});
  }
  ordered_json back{{"model", call.generation.model}};
  back = with_usage(back, usage_e(call.generation.tokens, call.behaviour), call.behaviour);
  out.pieces.push_back({.bytes = "],"});
  out.pieces.push_back({.bytes = to_text(back).substr(1), .usage = true});
  out.charge = call.token_charge(true);
  return out;
}

}  // namespace tollgate::simulator
