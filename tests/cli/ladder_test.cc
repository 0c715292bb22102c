// The ladder: a line per step, 100 columns, arrows that say who sent.
#include "cli/ladder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "step_replies.h"

namespace stepshake::cli {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Ladder, ClientOnTheLeft) {
  Ladder ladder(Style{});
  EXPECT_EQ(ladder.rung(v1::ROLE_CLIENT, client_hello_step()),
            "do_handshake -1 SSL_ERROR_WANT_READ WaitServerHello -- ClientHello 238 B "
            "-------------------------->\n");
  EXPECT_EQ(ladder.legend(), "");
}

TEST(Ladder, ServerOnTheRight) {
  Ladder ladder(Style{});
  EXPECT_EQ(ladder.rung(v1::ROLE_SERVER, server_flight_step()),
            "<--------- ServerHello CCS EE Cert CV Fin 1049 B -- "
            "do_handshake -1 SSL_ERROR_WANT_READ WaitFinished\n");
  EXPECT_EQ(ladder.legend(),
            "CCS ChangeCipherSpec, EE EncryptedExtensions, Cert Certificate, CV CertificateVerify, "
            "Fin Finished\n");
}

TEST(Ladder, EveryLineIsAsWideAsTheLadder) {
  for (const bool utf8 : {false, true}) {
    Ladder ladder(Style{.colour = false, .utf8 = utf8});
    EXPECT_EQ(columns(ladder.header()), Ladder::kWidth + 1);
    for (const auto& step : {client_hello_step(), server_flight_step(), failed_step()}) {
      EXPECT_EQ(columns(ladder.rung(v1::ROLE_CLIENT, step)), Ladder::kWidth + 1);
      EXPECT_EQ(columns(ladder.rung(v1::ROLE_SERVER, step)), Ladder::kWidth + 1);
    }
  }
}

TEST(Ladder, LongFlightIsContinuedBelow) {
  v1::StepResponse step = server_flight_step();
  step.set_state("WaitClientCertificateVerify");
  for (int i = 0; i < 12; ++i) add_message(step, v1::DIRECTION_SENT, 22, "new_session_ticket");
  Ladder ladder(Style{});
  const auto lines = lines_of(ladder.rung(v1::ROLE_SERVER, step));
  EXPECT_GT(lines.size(), 1u);
  EXPECT_EQ(lines.back().substr(lines.back().size() - 6), "1049 B");
  EXPECT_TRUE(std::all_of(lines.begin(), lines.end(),
                          [](const std::string& line) { return line.size() <= Ladder::kWidth; }));
}

TEST(Ladder, StateTooLongForTheLadder) {
  v1::StepResponse step = client_hello_step();
  step.set_state(std::string(150, 's'));
  Ladder ladder(Style{});
  EXPECT_NE(ladder.rung(v1::ROLE_CLIENT, step).find("ClientHello"), std::string::npos);
  EXPECT_NE(ladder.rung(v1::ROLE_SERVER, step).find("ClientHello"), std::string::npos);
}

TEST(Ladder, NoArrowWithoutOutput) {
  v1::StepResponse step = wanting_step("WaitFinished", 0);
  Ladder ladder(Style{});
  EXPECT_EQ(ladder.rung(v1::ROLE_CLIENT, step),
            "do_handshake -1 SSL_ERROR_WANT_READ WaitFinished\n");
  EXPECT_EQ(ladder.rung(v1::ROLE_SERVER, step),
            std::string(52, ' ') + "do_handshake -1 SSL_ERROR_WANT_READ WaitFinished\n");
}

TEST(Ladder, AlertByName) {
  Ladder ladder(Style{});
  const std::string rung = ladder.rung(v1::ROLE_SERVER, failed_step());
  EXPECT_NE(rung.find("Alert(handshake_failure) 7 B"), std::string::npos) << rung;
}

TEST(Ladder, ColoursDoNotShiftIt) {
  Ladder plain(Style{.colour = false, .utf8 = true});
  Ladder colourful(Style{.colour = true, .utf8 = true});
  std::string rung = colourful.rung(v1::ROLE_SERVER, failed_step());
  EXPECT_NE(rung.find("\x1b[31m"), std::string::npos);
  for (size_t at = 0; (at = rung.find('\x1b')) != std::string::npos;) {
    rung.erase(at, rung.find('m', at) - at + 1);
  }
  EXPECT_EQ(rung, plain.rung(v1::ROLE_SERVER, failed_step()));
}

}  // namespace
}  // namespace stepshake::cli
