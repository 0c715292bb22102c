// What the service answers, in words and in JSON.
#include "cli/text.h"

#include <gtest/gtest.h>

#include "cli/facts.h"
#include "cli/json.h"
#include "cli/terminal.h"
#include "cli/www.h"
#include "step_replies.h"

namespace stepshake::cli {
namespace {

v1::CodePoint code_point(uint32_t value, const char* name) {
  v1::CodePoint made;
  made.set_value(value);
  made.set_name(name);
  return made;
}

v1::Negotiated some_facts() {
  v1::Negotiated facts;
  *facts.mutable_version() = code_point(0x0304, "TLS 1.3");
  *facts.mutable_cipher_suite() = code_point(0x1301, "TLS_AES_128_GCM_SHA256");
  *facts.mutable_group() = code_point(0x9999, "");
  facts.set_alpn_protocol("h\n2");
  facts.add_peer_certificates(std::string(500, 'c'));
  facts.set_verify_result(0);
  facts.set_verify_message("ok");
  return facts;
}

TEST(Text, CallsByName) {
  v1::Call call = v1::CALL_UNSPECIFIED;
  EXPECT_TRUE(parse_call("set_accept_state", call));
  EXPECT_EQ(call, v1::CALL_SET_ACCEPT_STATE);
  EXPECT_TRUE(parse_call("none", call));
  EXPECT_EQ(call, v1::CALL_UNSPECIFIED);
  EXPECT_FALSE(parse_call("unspecified", call));
  EXPECT_FALSE(parse_call("", call));
  for (const std::string& name : call_names()) {
    EXPECT_TRUE(parse_call(name, call)) << name;
    EXPECT_EQ(call_name(call), name);
  }
}

TEST(Text, ErrorsByName) {
  EXPECT_EQ(error_name(v1::SSL_ERROR_WANT_READ), "SSL_ERROR_WANT_READ");
  EXPECT_EQ(error_name(static_cast<v1::SslError>(99)), "SSL_ERROR 99");
}

TEST(Text, StepLine) {
  EXPECT_EQ(step_line(client_hello_step()),
            "step 1: do_handshake = -1, SSL_ERROR_WANT_READ, WaitServerHello; sent ClientHello "
            "(238 bytes)");
  EXPECT_EQ(step_line(failed_step()),
            "step 1: do_handshake = -1, SSL_ERROR_SSL, Failed; sent Alert(handshake_failure) (7 "
            "bytes); failed: no shared cipher (the client offers 0x1303 alone); alert "
            "handshake_failure");
}

TEST(Text, AlertsGoWithTheirMessages) {
  v1::StepResponse step;
  add_message(step, v1::DIRECTION_RECEIVED, 21, "");
  add_message(step, v1::DIRECTION_SENT, 21, "");
  for (const auto direction : {v1::DIRECTION_SENT, v1::DIRECTION_RECEIVED}) {
    v1::Alert& alert = *step.add_alerts();
    alert.set_direction(direction);
    alert.mutable_description()->set_name(direction == v1::DIRECTION_SENT ? "mine" : "theirs");
  }
  EXPECT_EQ(message_names(step, v1::DIRECTION_SENT), std::vector<std::string>{"Alert(mine)"});
  EXPECT_EQ(message_names(step, v1::DIRECTION_RECEIVED), std::vector<std::string>{"Alert(theirs)"});
}

TEST(Text, WhichStepsFailed) {
  EXPECT_FALSE(step_failed(client_hello_step()));
  EXPECT_TRUE(step_failed(failed_step()));
  v1::StepResponse closed = wanting_step("Connected", 0);
  closed.set_ssl_error(v1::SSL_ERROR_ZERO_RETURN);
  EXPECT_TRUE(step_failed(closed));
  closed.set_handshake_complete(true);
  EXPECT_FALSE(step_failed(closed));
  v1::StepResponse shutdown;
  shutdown.set_call(v1::CALL_SHUTDOWN);
  shutdown.set_ssl_error(v1::SSL_ERROR_SYSCALL);
  EXPECT_FALSE(step_failed(shutdown));  // 0: close_notify is sent, the peer's is yet to come
}

TEST(Text, Facts) {
  EXPECT_EQ(facts_text(some_facts()),
            "  version              TLS 1.3\n"
            "  cipher suite         TLS_AES_128_GCM_SHA256\n"
            "  group                0x9999\n"
            "  ALPN                 h\\x0a2\n"
            "  peer's chain         1 certificate, 500 bytes\n"
            "  verification         0 (ok)\n");
  EXPECT_EQ(facts_line(some_facts()), "TLS 1.3 TLS_AES_128_GCM_SHA256 0x9999 h\\x0a2");
}

TEST(Text, FactsOfKeysAndExtensions) {
  v1::Negotiated facts;
  facts.set_psk(v1::PSK_ORIGIN_RESUMPTION);
  facts.set_early_data(v1::EARLY_DATA_REJECTED);
  facts.set_extended_master_secret(true);
  facts.set_secure_renegotiation(true);
  facts.set_server_certificate_type(v1::CERTIFICATE_TYPE_RAW_PUBLIC_KEY);
  facts.set_client_certificate_type(v1::CERTIFICATE_TYPE_X509);
  facts.set_max_fragment_length(512);
  facts.set_srtp_profile(1);
  facts.set_ocsp_response("12345");
  facts.add_signed_certificate_timestamps("1");
  EXPECT_EQ(facts_text(facts),
            "  pre-shared key       resumption\n"
            "  early data           rejected\n"
            "  agreed on            extended master secret, secure renegotiation\n"
            "  server's certificate a raw public key\n"
            "  max fragment length  512 bytes\n"
            "  SRTP profile         0x0001\n"
            "  OCSP response        5 bytes\n"
            "  SCTs                 1\n");
}

TEST(Json, MessagesByTheProtosNames) {
  v1::Negotiated facts = some_facts();
  facts.set_peer_certificates(0, std::string("\x30\x00", 2));
  const std::string json = to_json(facts);
  for (const char* member :
       {"{\"version\":{\"value\":772,\"name\":\"TLS 1.3\"},",
        "\"group\":{\"value\":39321,\"name\":\"\"},", "\"alpn_protocol\":\"h\\u000a2\",",
        "\"server_name\":\"\",", "\"peer_certificates\":[\"3000\"],", "\"verify_result\":0,",
        "\"hello_retry_request\":false"}) {
    EXPECT_NE(json.find(member), std::string::npos) << member << "\n" << json;
  }
  // What is absent is left out; what has no presence is always there.
  EXPECT_EQ(json.find("server_signature_scheme"), std::string::npos);
  v1::ListSessionsRequest request;
  request.set_page_size(-5);
  EXPECT_EQ(to_json(request), "{\"page_size\":-5,\"page_token\":\"\"}");
}

TEST(Json, Strings) {
  EXPECT_EQ(json_string("plain"), "\"plain\"");
  EXPECT_EQ(json_string("\"\\\n\x7f"), "\"\\\"\\\\\\u000a\\u007f\"");
  EXPECT_EQ(json_string("\xc3\xa4\xe2\x86\x92\xf0\x9f\x94\x92"),
            "\"\xc3\xa4\xe2\x86\x92\xf0\x9f\x94\x92\"");
  EXPECT_EQ(json_string("\xff\xc3 \xc0\x80\xed\xa0\x80"),
            "\"\\ufffd\\ufffd \\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

TEST(Json, Objects) {
  EXPECT_EQ(JsonObject().line(), "{}\n");
  EXPECT_EQ(JsonObject()
                .add("a", true)
                .add("b", uint64_t{18446744073709551615u})
                .add("c", "\"")
                .add("d", JsonObject().add("e", false))
                .line(),
            "{\"a\":true,\"b\":18446744073709551615,\"c\":\"\\\"\",\"d\":{\"e\":false}}\n");
}

TEST(Terminal, Printable) { EXPECT_EQ(printable("a\x1b[31m\\\xc3"), "a\\x1b[31m\\x5c\\xc3"); }

TEST(Www, RequestEndsWithAnEmptyLine) {
  for (const char* whole : {"GET / HTTP/1.0\r\n\r\n", "GET /\n\n", "GET /\n\r\n", "\r\n", "\n"}) {
    EXPECT_TRUE(has_request_head(whole)) << whole;
  }
  for (const char* part : {"", "GET / HTTP/1.0\r\n", "GET / HTTP/1.0\r\n\r", "GET /\n", "\r"}) {
    EXPECT_FALSE(has_request_head(part)) << part;
  }
}

TEST(Www, PageFitsOneRecordWhateverThePeerCalledItself) {
  v1::Negotiated facts = some_facts();
  facts.set_server_name(std::string(65535, '\x01'));
  EXPECT_LE(facts_page(facts).size(), 16384u);
}

}  // namespace
}  // namespace stepshake::cli
