// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Runs a fuzz target over its corpus as an ordinary test: one case per file.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

class Replay : public testing::Test {
 public:
  explicit Replay(std::filesystem::path path) : path_(std::move(path)) {}
  void TestBody() override {
    std::ifstream file(path_, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    const std::string text = bytes.str();
    EXPECT_EQ(
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (const auto& entry : std::filesystem::directory_iterator(TOLLGATE_CORPUS)) {
    const std::filesystem::path path = entry.path();
    testing::RegisterTest(TOLLGATE_FUZZ_NAME, path.filename().c_str(), nullptr, nullptr, __FILE__,
                          __LINE__, [path]() -> Replay* { return new Replay(path); });
  }
  return RUN_ALL_TESTS();
}
