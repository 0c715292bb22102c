// Extension extensions<0..2^16-1>, in whichever message they stand.
#pragma once

#include "describe/members.h"
#include "wire/extensions.h"

namespace stepshake::describe {

void extensions(Members& in, wire::Place place);

}  // namespace stepshake::describe
