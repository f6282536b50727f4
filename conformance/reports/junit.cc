#include "sim/report/junit.h"

#include <fmt/format.h>

#include "conformance/reports/projections.h"

namespace dp::conformance {
namespace {

using sim::xml_escaped;

// What is counted as an error could not be judged; what is a failure was judged and found wrong.
bool is_error(Verdict verdict) {
  return verdict == Verdict::untestable || verdict == Verdict::harness_error;
}

std::string body_of(const CaseResult& one) {
  std::string out = fmt::format("expected: {}\nactual: {}\nrequirement: {}\nagain: {}\n",
                                one.expected, one.actual, one.broken, one.rerun);
  for (const std::string& line : one.transcript) out += line + "\n";
  return out;
}

void write_case(const Report& report, const CaseResult& one, std::string& out) {
  const std::string& id = one.about.id;
  out += fmt::format("    <testcase classname=\"{}.{}\" name=\"{}\" time=\"{:.3f}\"",
                     xml_escaped(report.result.suite), xml_escaped(id.substr(0, id.find('/'))),
                     xml_escaped(id + " " + one.about.title), one.seconds);
  const std::string message = xml_escaped(message_of(one));
  if (bucket(one.verdict) == Bucket::red && !report.is_known(one)) {
    const char* tag = is_error(one.verdict) ? "error" : "failure";
    out += fmt::format(">\n      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n    </testcase>\n",
                       tag, name(one.verdict), message, xml_escaped(body_of(one)));
  } else if (bucket(one.verdict) != Bucket::green) {
    const char* why = bucket(one.verdict) == Bucket::red ? "known: " : "";
    out += fmt::format(">\n      <skipped message=\"{}{}: {}\"/>\n    </testcase>\n", why,
                       name(one.verdict), message);
  } else if (one.verdict != Verdict::pass) {
    out += fmt::format(">\n      <system-out>{}: {}</system-out>\n    </testcase>\n",
                       name(one.verdict), message);
  } else {
    out += "/>\n";
  }
}

}  // namespace

std::string junit_xml(const Report& report) {
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  for (const CaseResult& one : report.result.cases) {
    const Bucket heap = bucket(one.verdict);
    if (heap == Bucket::skipped || (heap == Bucket::red && report.is_known(one))) {
      ++skipped;
    } else if (heap == Bucket::red) {
      ++(is_error(one.verdict) ? errors : failures);
    }
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"",
                  report.result.cases.size(), failures, errors, skipped, report.result.seconds);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites {}>\n  <testsuite name=\"{}\" {}>\n", counts,
                     xml_escaped("draftproof conform " + report.result.suite + ": " +
                                 report.result.implementation),
                     counts);
  for (const CaseResult& one : report.result.cases) write_case(report, one, out);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace dp::conformance
