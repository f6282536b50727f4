#include "conformance/hosts/password.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/vocabulary/bytes.h"

namespace dp::hosts {
namespace {

std::unexpected<Error> bad(std::string sentence) {
  return fail(Fault::caller, "bad_password", std::move(sentence));
}

// A terminal that does not show what is typed, until this goes away.
class Silence {
 public:
  explicit Silence(int descriptor) : descriptor_(descriptor) {
    if (::tcgetattr(descriptor_, &before_) != 0) return;
    ::termios silent = before_;
    silent.c_lflag &= ~static_cast<::tcflag_t>(ECHO);
    is_set_ = ::tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
  }
  ~Silence() {
    if (is_set_) ::tcsetattr(descriptor_, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  bool is_set() const { return is_set_; }

 private:
  int descriptor_;
  ::termios before_{};
  bool is_set_ = false;
};

class Terminal {
 public:
  Terminal() : descriptor_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {}
  ~Terminal() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  int get() const { return descriptor_; }
  void say(std::string_view text) const {
    // A terminal that cannot be written to will not answer either.
    [[maybe_unused]] const ::ssize_t count = ::write(descriptor_, text.data(), text.size());
  }

 private:
  int descriptor_;
};

}  // namespace

std::string_view PasswordText::view() const {
  return as_text(ByteView(arena_.bytes().data(), size_));
}

Result<PasswordText> PasswordText::read_line(crypto::Initialised proof, int descriptor) {
  Result<crypto::KeyArena> arena =
      crypto::KeyArena::create(proof, crypto::KeyMemory::locked, kPasswordBytesMax);
  if (!arena) return std::unexpected(arena.error());
  PasswordText password(std::move(*arena));
  const std::span<std::uint8_t> room = password.arena_.bytes();
  for (;;) {
    std::uint8_t& next = room[password.size_];
    const ::ssize_t count = ::read(descriptor, &next, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return bad(std::strerror(errno));
    if (count == 0 || next == '\n') break;
    if (++password.size_ == room.size()) return bad("a password has at most 1023 bytes");
  }
  if (password.size_ == 0) return bad("the password is empty");
  return password;
}

Result<PasswordText> PasswordText::from_file(crypto::Initialised proof,
                                             const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return bad(path.string() + ": " + std::strerror(errno));
  Result<PasswordText> password = read_line(proof, file);
  ::close(file);
  if (!password && password.error().code == "bad_password") {
    return bad(path.string() + ": " + password.error().detail);
  }
  return password;
}

Result<PasswordText> PasswordText::from_terminal(crypto::Initialised proof, bool repeat) {
  const Terminal terminal;
  if (terminal.get() < 0) return bad("there is no terminal to ask on; use --password-file");
  const Silence silence(terminal.get());
  if (!silence.is_set()) return bad("the terminal cannot be kept from showing a password");
  terminal.say("password: ");
  Result<PasswordText> password = read_line(proof, terminal.get());
  terminal.say("\n");
  if (!password || !repeat) return password;
  terminal.say("the same again: ");
  const Result<PasswordText> again = read_line(proof, terminal.get());
  terminal.say("\n");
  if (!again) return std::unexpected(again.error());
  if (again->view() != password->view()) return bad("the two passwords differ");
  return password;
}

}  // namespace dp::hosts
