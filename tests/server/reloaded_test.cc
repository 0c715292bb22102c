#include "server/reloaded.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace stepshake::server {
namespace {

class ReloadedText : public testing::Test {
 protected:
  ReloadedText() { write("first"); }
  ~ReloadedText() override { std::remove(path_.c_str()); }

  // Under another name first: a new file each time.
  void write(const std::string& text) {
    const std::string fresh = path_ + ".new";
    std::ofstream(fresh) << text;
    std::rename(fresh.c_str(), path_.c_str());
  }

  Reloaded<std::string>::Options options() {
    return {
        "text",
        {path_, ""},
        [this]() -> absl::StatusOr<std::string> {
          auto text = read_file(path_);
          if (text.ok() && text->empty()) return absl::InvalidArgumentError("it is empty");
          return text;
        },
        absl::ZeroDuration(),
        std::make_shared<Log>(std::make_shared<spdlog::logger>(
                                  "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)),
                              LogFormat::text),
        [this](bool loaded) { told_ += loaded ? "+" : "-"; }};
  }

  const std::string path_ = testing::TempDir() + "reloaded-" + std::to_string(getpid());
  std::ostringstream log_;
  std::string told_;
};

TEST_F(ReloadedText, FollowsItsFile) {
  const auto text = Reloaded<std::string>::start(options()).value();
  const auto before = text->get();
  EXPECT_EQ(*before, "first");
  EXPECT_EQ(text->get(), before);
  write("second");
  EXPECT_EQ(*text->get(), "second");
  EXPECT_EQ(*before, "first");  // whoever has it keeps it
  EXPECT_EQ(told_, "+");
}

TEST_F(ReloadedText, WhatCannotBeLoadedChangesNothingAndIsToldOnce) {
  const auto text = Reloaded<std::string>::start(options()).value();
  write("");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*text->get(), "first");
  std::remove(path_.c_str());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(*text->get(), "first");
  EXPECT_EQ(told_, "--");
  EXPECT_NE(log_.str().find("reason=\"it is empty\""), std::string::npos) << log_.str();
  EXPECT_NE(log_.str().find("No such file"), std::string::npos) << log_.str();
  write("back");
  EXPECT_EQ(*text->get(), "back");
  EXPECT_EQ(told_, "--+");
}

TEST_F(ReloadedText, LooksAtMostSoOften) {
  auto rarely = options();
  rarely.look_every = absl::Hours(1);
  const auto text = Reloaded<std::string>::start(std::move(rarely)).value();
  EXPECT_EQ(*text->get(), "first");
  write("second");
  EXPECT_EQ(*text->get(), "first");
}

TEST_F(ReloadedText, DoesNotStartWithWhatCannotBeLoaded) {
  write("");
  EXPECT_EQ(Reloaded<std::string>::start(options()).status().message(), "it is empty");
}

}  // namespace
}  // namespace stepshake::server
