#include "conformance/reports/html.h"

#include "conformance/reports/page.h"
#include "conformance/reports/report_json.h"

namespace dp::conformance {
namespace {

constexpr std::string_view kPlace = "/*REPORTS*/";

// Inside a script element only "</" and "<!--" end or change the text; no '<' at all is simpler.
std::string script_safe(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string report_html(std::span<const Report> reports) {
  std::string data = "[";
  for (const Report& report : reports) {
    if (data.size() > 1) data += ',';
    data += script_safe(report_json(report));
  }
  data += "]";
  std::string page(kPageText);
  const std::size_t at = page.find(kPlace);
  page.replace(at, kPlace.size(), data);
  return page;
}

}  // namespace dp::conformance
