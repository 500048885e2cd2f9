#include "engine/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace gateway::engine {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

const std::string kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kGiven = "00-" + kTraceId + "-00f067aa0ba902b7-01";

TEST(Trace, HandsOnWhatTheCallerSent) {
  const Trace trace = MakeTrace("r-1", kGiven, "vendor=a,other=b");
  EXPECT_EQ(trace.trace_id(), kTraceId);
  EXPECT_THAT(trace.Headers(), ElementsAre("X-Request-Id: r-1", "traceparent: " + kGiven,
                                           "tracestate: vendor=a,other=b"));
}

TEST(Trace, LaterVersionsAreReadAsTheFirst) {
  EXPECT_EQ(MakeTrace("", "01" + kGiven.substr(2), "").traceparent, kGiven);
  EXPECT_EQ(MakeTrace("", "fe" + kGiven.substr(2) + "-more", "").traceparent, kGiven);
}

TEST(Trace, WhatIsNotWellFormedCountsAsNothing) {
  for (const std::string& given : std::vector<std::string>{
           std::string(), std::string("x"), kGiven.substr(0, 54), kGiven + "-more", kGiven + "x",
           "ff" + kGiven.substr(2), "01" + kGiven.substr(2) + "x", "0x" + kGiven.substr(2),
           "00-" + std::string(32, '0') + "-00f067aa0ba902b7-01",
           "00-" + kTraceId + "-" + std::string(16, '0') + "-01",
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
           "00_" + kTraceId + "-00f067aa0ba902b7-01",
           "00-" + kTraceId + "-00f067aa0ba902b7-\r\n"}) {
    const Trace trace = MakeTrace("r-1", given, "vendor=a");
    EXPECT_THAT(trace.traceparent, MatchesRegex("00-[0-9a-f]{32}-[0-9a-f]{16}-00")) << given;
    EXPECT_NE(trace.trace_id(), kTraceId);
    EXPECT_EQ(trace.tracestate, "") << "says nothing without its traceparent";
  }
}

TEST(Trace, NewOnesDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(MakeTrace("", "", "").traceparent);
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(Trace, AStateThatCouldBreakAHeaderStaysOut) {
  EXPECT_EQ(MakeTrace("", kGiven, "a=b\r\nX: y").tracestate, "");
  EXPECT_EQ(MakeTrace("", kGiven, std::string(513, 'a')).tracestate, "");
  EXPECT_EQ(MakeTrace("", kGiven, std::string(512, 'a')).tracestate.size(), 512U);
}

TEST(Trace, OfNobodySendsNothing) {
  EXPECT_THAT(Trace{}.Headers(), ElementsAre());
  EXPECT_EQ(Trace{}.trace_id(), "");
}

}  // namespace
}  // namespace gateway::engine
