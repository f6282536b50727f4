// Lines of a descriptor on an Asio loop: a terminal, a pipe or a regular file.
//
// Guarantees: the descriptor's flags are put back when reading ends. Does not: close it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace dp::net {

class LineReader : public std::enable_shared_from_this<LineReader> {
 public:
  using OnLine = std::function<void(std::optional<std::string>)>;
  static std::shared_ptr<LineReader> start(boost::asio::io_context& io, int descriptor,
                                           std::size_t line_bytes_max, OnLine on_line);
  LineReader(boost::asio::io_context& io, int descriptor, std::size_t line_bytes_max,
             OnLine on_line);
  ~LineReader();

  void pause(bool paused);
  void abandon();  // no further line

 private:
  struct Source;
  void go_on();
  void deliver();  // the next line that is there, then the one after it, one at a time
  void wait_readable();
  void read_some();

  boost::asio::io_context& io_;
  int descriptor_;
  std::size_t line_bytes_max_;
  OnLine on_line_;
  std::unique_ptr<Source> source_;  // none for a regular file, which is always readable
  std::string buffer_;
  bool at_end_ = false;
  bool told_end_ = false;
  bool paused_ = false;
  bool busy_ = false;  // a read or a delivery is under way
};

}  // namespace dp::net
