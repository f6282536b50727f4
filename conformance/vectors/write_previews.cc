// What the chat list shows of a text.
#include "conformance/vectors/areas.h"

namespace dp::vectors {
namespace {

std::string utf8(char32_t point) {
  const auto byte = [](char32_t value) {
    return static_cast<char>(static_cast<unsigned char>(value));
  };
  if (point < 0x80) return {byte(point)};
  const char last = byte(0x80 | (point & 0x3f));
  if (point < 0x800) return {byte(0xc0 | point >> 6), last};
  const char third = byte(0x80 | (point >> 6 & 0x3f));
  if (point < 0x10000) return {byte(0xe0 | point >> 12), third, last};
  return {byte(0xf0 | point >> 18), byte(0x80 | (point >> 12 & 0x3f)), third, last};
}

std::string repeated(const std::string& unit, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += unit;
  return out;
}

std::string name_of(char32_t point) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (int shift = point > 0xffff ? 20 : 12; shift >= 0; shift -= 4) {
    out += kDigits[point >> shift & 0xf];
  }
  return "U+" + out;
}

void white_space(Author& author) {
  for (const char32_t point :
       {0x00,   0x01,   0x08,   0x09,   0x0a,   0x0b,   0x0c,   0x0d,   0x1b,
        0x1c,   0x1f,   0x20,   0x7f,   0x80,   0x85,   0x9f,   0xa0,   0x1680,
        0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
        0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000}) {
    author.boundary(name_of(point) + " is white space", {{"text", "a" + utf8(point) + "b"}});
  }
  for (const char32_t point : {0x21, 0x7e, 0xa1, 0xad, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e,
                               0x2027, 0x202a, 0x2060, 0x2800, 0x3001, 0xfeff, 0xfffd, 0xe0001}) {
    author.boundary(name_of(point) + " is not", {{"text", "a" + utf8(point) + "b"}});
  }
  const std::pair<const char*, const char*> texts[] = {
      {"a run of mixed white space is one space", "a \t\r\n\xC2\xA0\xE3\x80\x80 b"},
      {"leading and trailing white space goes", "\n\t a b \r\n"},
      {"line breaks are white space", "one\ntwo\n\nthree\n"},
      {"CR LF", "one\r\ntwo"},
  };
  for (const auto& [comment, text] : texts) author.rule(comment, {{"text", text}});
}

void nothing_visible(Author& author) {
  for (const char32_t point : {0x20, 0x0a, 0xa0, 0x3000, 0x200b, 0x2060, 0xfeff}) {
    author.boundary(name_of(point) + " alone is nothing visible", {{"text", utf8(point)}});
  }
  author.boundary("no text", {{"text", ""}});
  author.rule("invisible characters between spaces",
              {{"text", " " + utf8(0x200b) + " " + utf8(0xfeff) + "\n" + utf8(0x2060)}});
  author.rule("200 of them", {{"text", repeated(utf8(0x200b), 200)}});
  for (const char32_t point : {0x200c, 0x200d, 0x200e, 0xad, 0x2800, 0x180e}) {
    author.boundary(name_of(point) + " alone counts as visible", {{"text", utf8(point)}});
  }
  author.rule("invisible characters beside a visible one stay",
              {{"text", utf8(0xfeff) + "a" + utf8(0x200b)}});
}

void lengths(Author& author) {
  for (const char32_t point : {0x61, 0x7f + 0x22, 0x7ff, 0x800, 0x20ac, 0xd7ff, 0xe000, 0xffff,
                               0x10000, 0x1f600, 0x10ffff}) {
    for (const int count : {99, 100, 101}) {
      author.boundary(std::to_string(count) + " times " + name_of(point),
                      {{"text", repeated(utf8(point), count)}});
    }
  }
  const std::string x98(98, 'x');
  const std::string x99(99, 'x');
  const std::string x100(100, 'x');
  const std::string joiner = utf8(0x200d);
  const std::pair<const char*, std::string> texts[] = {
      {"100 and a space: nothing more is left", x100 + " "},
      {"100, white space and a letter", x100 + " \n y"},
      {"the 100th code point is a space", x99 + " y"},
      {"a space is the 100th and a run of them was", x99 + "   yz"},
      {"the 99th is a space", x98 + " yz"},
      {"white space before does not count", std::string(50, ' ') + x100},
      {"white space before does not count, 101", std::string(50, ' ') + x100 + "y"},
      {"a joined emoji is cut where the count says", x98 + utf8(0x1f469) + joiner + utf8(0x1f4bb)},
      {"a joiner is the last that fits", x99 + joiner + utf8(0x1f4bb)},
      {"a combining mark is a code point", x99 + "e" + utf8(0x301)},
      {"invisible characters count", x99 + utf8(0x200b) + "y"},
      {"two regional indicators are two", x99 + utf8(0x1f1e9) + utf8(0x1f1ea)},
      {"50 words", repeated("w ", 50)},
      {"51 words", repeated("w ", 51)},
      {"a long text", repeated("lorem ipsum ", 200)},
      {"an ellipsis of the text's own", x99 + utf8(0x2026)},
      {"one more after it", x99 + utf8(0x2026) + "y"},
  };
  for (const auto& [comment, text] : texts) author.boundary(comment, {{"text", text}});
}

void drawn(Author& author) {
  static constexpr char32_t kPoints[] = {'a',     'b',    ' ',    '\n',   0xe9, 0x20ac,
                                         0x1f600, 0x200b, 0x200d, 0x3000, 0x85, 'z'};
  Draws draws(601);
  for (int i = 0; i < 40; ++i) {
    std::string text;
    const std::uint64_t count = draws.below(160);
    for (std::uint64_t at = 0; at < count; ++at) {
      text += utf8(kPoints[draws.below(std::size(kPoints))]);
    }
    author.random("drawn", {{"text", text}});
  }
}

}  // namespace

Author previews_area() {
  Author author("previews", "The preview of a text (section 6.4)");
  author.group("preview");
  white_space(author);
  nothing_visible(author);
  lengths(author);
  drawn(author);
  return author;
}

}  // namespace dp::vectors
