#include "conformance/net/line_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

namespace dp::net {
namespace asio = boost::asio;

struct LineReader::Source {
  Source(asio::io_context& io, int descriptor) : stream(io), flags(::fcntl(descriptor, F_GETFL)) {
    boost::system::error_code refused;  // told again by the first wait
    stream.assign(descriptor, refused);
  }
  asio::posix::stream_descriptor stream;
  int flags;
};

LineReader::LineReader(asio::io_context& io, int descriptor, std::size_t line_bytes_max,
                       OnLine on_line)
    : io_(io),
      descriptor_(descriptor),
      line_bytes_max_(line_bytes_max),
      on_line_(std::move(on_line)) {
  // Asio takes a regular file and then cannot wait for it.
  struct ::stat kind{};
  const bool can_wait = ::fstat(descriptor, &kind) == 0 && !S_ISREG(kind.st_mode);
  if (can_wait) source_ = std::make_unique<Source>(io, descriptor);
}

LineReader::~LineReader() {
  if (!source_) return;
  source_->stream.release();
  // A terminal is shared with whoever started us, and its flags with it.
  if (source_->flags != -1) ::fcntl(descriptor_, F_SETFL, source_->flags);
}

std::shared_ptr<LineReader> LineReader::start(asio::io_context& io, int descriptor,
                                              std::size_t line_bytes_max, OnLine on_line) {
  auto reader = std::make_shared<LineReader>(io, descriptor, line_bytes_max, std::move(on_line));
  reader->go_on();
  return reader;
}

void LineReader::pause(bool paused) {
  paused_ = paused;
  go_on();
}

void LineReader::abandon() {
  told_end_ = true;
  paused_ = true;
  on_line_ = nullptr;
  if (source_) source_->stream.cancel();
}

void LineReader::go_on() {
  if (busy_ || paused_ || told_end_) return;
  busy_ = true;
  const bool has_line =
      buffer_.find('\n') != std::string::npos || at_end_ || buffer_.size() > line_bytes_max_;
  if (has_line || !source_) {
    asio::post(io_, [self = shared_from_this(), has_line] {
      self->busy_ = false;
      if (has_line) {
        self->deliver();
      } else {
        self->read_some();
      }
    });
    return;
  }
  wait_readable();
}

void LineReader::wait_readable() {
  source_->stream.async_wait(asio::posix::stream_descriptor::wait_read,
                             [self = shared_from_this()](const boost::system::error_code& error) {
                               self->busy_ = false;
                               if (error) return;
                               self->read_some();
                             });
}

void LineReader::read_some() {
  if (at_end_) return go_on();
  std::array<char, 4096> bytes;
  const ::ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
  if (count > 0) {
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
    at_end_ = true;
  }
  go_on();
}

void LineReader::deliver() {
  if (paused_ || told_end_) return;
  const auto end = buffer_.find('\n');
  std::optional<std::string> line;
  if (end != std::string::npos && end <= line_bytes_max_) {
    line = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
  } else if (!buffer_.empty()) {  // the last line has no end, or is longer than anybody types
    line = buffer_.substr(0, line_bytes_max_);
    buffer_.clear();
    at_end_ = true;
  } else {
    told_end_ = true;
  }
  const OnLine tell = on_line_;  // it may abandon us
  if (tell) tell(std::move(line));
  go_on();
}

}  // namespace dp::net
