// Every state that a handshake passes, each as a victim that waits for its peer's next message.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "support/victim.h"

namespace stepshake::testing {

// What kind of handshake.
struct Setting {
  bool retry = false;  // with a HelloRetryRequest
  policy::ClientAuthentication client_authentication = policy::ClientAuthentication::none;
  bool client_identity = false;
};

policy::Config client_config_of(const Setting& setting);
policy::Config server_config_of(const Setting& setting);

struct Station {
  std::string name;  // "client WaitCertificate"
  policy::Role role{};
  Victim victim;
  Bytes record;   // the honest peer's next record, as it goes over; empty at the end
  Bytes message;  // the one handshake message in it, framed
};

// All stations of one handshake, in order; those of the client and of the server.
struct Journey {
  std::vector<Station> client;
  std::vector<Station> server;
};
Journey travel(const Setting& setting);

// The first station of that name, in the handshake that passes it. Made once a process, copied here.
const Station& station(const std::string& name);
// One station for each state.
const std::vector<Station>& all_stations();
std::vector<std::string> station_names();

// Names a parametrised test: by its case's `name`, or by a station's name.
struct NameOfCase {
  template <class Case>
  std::string operator()(const ::testing::TestParamInfo<Case>& of) const {
    if constexpr (std::is_same_v<Case, std::string>) {
      std::string name = of.param;
      std::erase(name, ' ');
      return name;
    } else {
      return std::string(of.param.name);
    }
  }
};

}  // namespace stepshake::testing
