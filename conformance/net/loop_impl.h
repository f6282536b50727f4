// The Boost.Asio side of a Loop, for the .cc files of this room only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>

#include "conformance/net/loop.h"

namespace dp::net {

class LineReader;

struct Loop::Impl {
  boost::asio::io_context io{1};
  std::unique_ptr<boost::asio::signal_set> signals;
  std::shared_ptr<LineReader> lines;
};

}  // namespace dp::net
