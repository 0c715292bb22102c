// The stations of handshakes of TLS 1.2, as stations.h has those of TLS 1.3: each state that waits for the peer's next
// message or ChangeCipherSpec, with that record.
#pragma once

#include <string>
#include <vector>

#include "support/stations.h"

namespace stepshake::testing {

// A handshake, told by what is special about it.
struct Kind12 {
  std::string name;
  policy::Config client;
  policy::Config server;
};

// One for each way through the states: certificates of either side, every kind of key exchange, resumption.
std::vector<Kind12> kinds12();

// `record` is the next that the peer sends, whatever is in it; `message` is empty where that is a ChangeCipherSpec.
Journey travel12(const Kind12& kind);

// One station for each state of each kind of handshake, by name: "Dhe client WaitFinished".
const std::vector<Station>& all_stations12();

// The one of that name.
const Station& station12(const std::string& name);
Kind12 kind12(const std::string& name);

}  // namespace stepshake::testing
