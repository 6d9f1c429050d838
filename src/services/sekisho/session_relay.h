// The relay between a session's client and the shell's descriptors: one loop, four pumps, ended by whichever side ends first.
#pragma once

#include "http/loop_pool.h"
#include "http/message.h"
#include "net/fabric.h"

namespace sekisho::own {

http::Upgrade relay_session(http::LoopPool& loops, net::Shell shell);

}  // namespace sekisho::own
