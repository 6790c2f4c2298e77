// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/egress_proxy.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace tollgate {
namespace {

struct Case {
  const char* except;
  const char* host;
  std::uint16_t port;
  bool covered;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.except << " | " << c.host; }

class EgressProxyTable : public testing::TestWithParam<Case> {};

TEST_P(EgressProxyTable, LeavesOutWhatNoProxyLists) {
  const Case& c = GetParam();
  const EgressProxy proxy{"proxy.example", 3128, {}, {"unrelated.example", c.except}};
  EXPECT_EQ(proxy.covers(c.host, c.port), c.covered);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, EgressProxyTable,
    testing::Values(Case{"other.example", "contoso.openai.azure.com", 443, true},
                    Case{"contoso.openai.azure.com", "contoso.openai.azure.com", 443, false},
                    Case{"CONTOSO.openai.azure.com", "contoso.OpenAI.azure.com", 443, false},
                    Case{"azure.com", "contoso.openai.azure.com", 443, false},
                    Case{".azure.com", "contoso.openai.azure.com", 443, false},
                    Case{".azure.com", "azure.com", 443, false},
                    Case{"*.azure.com", "contoso.openai.azure.com", 443, false},
                    Case{"azure.com", "notazure.com", 443, true},
                    Case{"azure.com:8443", "x.azure.com", 443, true},
                    Case{"azure.com:8443", "x.azure.com", 8443, false},
                    Case{"10.0.0.0/8", "10.1.2.3", 443, false},
                    Case{"10.0.0.0/8", "11.1.2.3", 443, true},
                    Case{"10.1.2.3", "10.1.2.3", 443, false},
                    Case{"[2001:db8::1]:443", "2001:db8::1", 443, false},
                    Case{"2001:db8::/32", "2001:db8::7", 443, false},
                    Case{"*", "contoso.openai.azure.com", 443, false},
                    Case{"", "contoso.openai.azure.com", 443, true},
                    Case{".", "contoso.openai.azure.com", 443, true},
                    Case{"other.example", "localhost", 8080, false},
                    Case{"other.example", "127.0.0.1", 8080, false},
                    Case{"other.example", "169.254.169.254", 80, false},
                    Case{"other.example", "fe80::1", 80, false},
                    Case{"other.example", "::1", 8080, false}));

TEST(EgressProxy, KnowsWhatCanExceptNobody) {
  for (const char* entry : {"*", "localhost", "azure.com", ".azure.com", "*.azure.com",
                            "azure.com:8443", "a_b-1.example", "10.0.0.0/8", "10.1.2.3",
                            "10.1.2.3:443", "[2001:db8::1]:443", "2001:db8::/32", "::1", "::"}) {
    EXPECT_TRUE(is_exception(entry)) << entry;
  }
  for (const char* entry :
       {"", ".", "*.", "http://azure.com", "azure.com/path", "a.example,b.example", "a b", "a..b",
        "azure.com:", "azure.com:0", "azure.com:65536", "azure.com:https", "10.0.0.300",
        "10.0.0.1/8", "10.0.0.0/33", "2001:db8::/129", "user@azure.com"}) {
    EXPECT_FALSE(is_exception(entry)) << entry;
  }
}

}  // namespace
}  // namespace tollgate
