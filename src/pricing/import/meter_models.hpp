// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace tollgate::pricing {

/// Products whose meters are read. The same models are sold under others too, at other prices.
inline constexpr std::array<std::string_view, 6> kMeterProducts{
    "Azure OpenAI",           "Azure OpenAI GPT5",  "Azure OpenAI GPT6",
    "Azure OpenAI Reasoning", "Azure OpenAI Media", "Azure OpenAI Embedding"};

/// Which model the words in front of a meter's name stand for.
struct MeterModel {
  /// In small letters, with a space for each space and hyphen.
  std::string_view words;
  /// As a price entry names it: with its date where the meter has one.
  std::string_view model;
  /// What LongCo means. Meters do not say it: the number is that of LiteLLM's list. 0: not known.
  std::int64_t above_prompt_tokens = 0;
  bool input_alone = false;  ///< an embedding: the meter names no class
};

inline constexpr std::int64_t kLongPrompt = 272'000;

/// Every row's words have been seen in a published meter. A new model is a new row.
inline constexpr std::array kMeterModels{
    MeterModel{"gpt 4o 0513", "gpt-4o-2024-05-13"},
    MeterModel{"gpt 4o 0806", "gpt-4o-2024-08-06"},
    MeterModel{"gpt 4o 1120", "gpt-4o-2024-11-20"},
    MeterModel{"gpt 4o mini 0718", "gpt-4o-mini-2024-07-18"},
    MeterModel{"gpt 4o mini0718", "gpt-4o-mini-2024-07-18"},
    MeterModel{"gpt 4.1", "gpt-4.1"},
    MeterModel{"gpt 4.1 mini", "gpt-4.1-mini"},
    MeterModel{"gpt 4.1 nano", "gpt-4.1-nano"},
    MeterModel{"o1 1217", "o1-2024-12-17"},
    MeterModel{"o3 0416", "o3-2025-04-16"},
    MeterModel{"o3 mini 0131", "o3-mini-2025-01-31"},
    MeterModel{"o4 mini 0416", "o4-mini-2025-04-16"},
    MeterModel{"gpt 5", "gpt-5"},
    MeterModel{"gpt 5 mini", "gpt-5-mini"},
    MeterModel{"gpt 5 nano", "gpt-5-nano"},
    MeterModel{"gpt 5 pro", "gpt-5-pro"},
    MeterModel{"gpt 5.1", "gpt-5.1"},
    MeterModel{"5.1", "gpt-5.1"},
    MeterModel{"5.1 codex", "gpt-5.1-codex"},
    MeterModel{"5.1 codex max", "gpt-5.1-codex-max"},
    MeterModel{"5.1 codex mini", "gpt-5.1-codex-mini"},
    MeterModel{"gpt 5.2", "gpt-5.2"},
    MeterModel{"5.2 codex", "gpt-5.2-codex"},
    MeterModel{"5.3 codex", "gpt-5.3-codex"},
    MeterModel{"5.4", "gpt-5.4", kLongPrompt},
    MeterModel{"5.4 pro", "gpt-5.4-pro", kLongPrompt},
    MeterModel{"5.4 mini", "gpt-5.4-mini"},
    MeterModel{"54 mini", "gpt-5.4-mini"},
    MeterModel{"5.4 nano", "gpt-5.4-nano"},
    MeterModel{"5.5", "gpt-5.5", kLongPrompt},
    MeterModel{"5.6 sol", "gpt-5.6-sol", kLongPrompt},
    MeterModel{"56sol", "gpt-5.6-sol", kLongPrompt},
    MeterModel{"5.6 terra", "gpt-5.6-terra", kLongPrompt},
    MeterModel{"5.6 luna", "gpt-5.6-luna", kLongPrompt},
    MeterModel{"6 astra", "gpt-6-astra", kLongPrompt},
    MeterModel{"6 sol", "gpt-6-sol", kLongPrompt},
    MeterModel{"6 luna", "gpt-6-luna", kLongPrompt},
    MeterModel{"gpt realtime 2.1", "gpt-realtime-2.1"},
    MeterModel{"gpt realtime 2.1 mini", "gpt-realtime-2.1-mini"},
    MeterModel{"gpt rt 1.5", "gpt-realtime-1.5"},
    MeterModel{"text embedding 3 large", "text-embedding-3-large", 0, true},
    MeterModel{"text embedding 3 small", "text-embedding-3-small", 0, true},
    MeterModel{"embedding ada", "text-embedding-ada-002", 0, true}};

}  // namespace tollgate::pricing
