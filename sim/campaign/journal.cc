#include "sim/campaign/journal.h"

#include <fmt/format.h>

#include "sim/campaign/identity_json.h"

namespace dp::sim {

namespace {

std::string families_text(const CampaignIdentity& identity, std::string_view between) {
  std::string out;
  for (const Family family : identity.without) {
    if (!out.empty()) out += between;
    out += json_quoted(name(family));
  }
  return out;
}

}  // namespace

std::string identity_members(const CampaignIdentity& identity) {
  return fmt::format("\"version\":{},\"build\":{},\"mix\":{},\"without\":[{}]",
                     json_quoted(identity.maker.version), json_quoted(identity.maker.build),
                     json_quoted(identity.mix), families_text(identity, ","));
}

std::expected<CampaignIdentity, std::string> identity_of(const Value& object) {
  CampaignIdentity out;
  for (const auto& [key, text] :
       {std::pair{"version", &out.maker.version}, {"build", &out.maker.build}, {"mix", &out.mix}}) {
    const Value* value = object.find(key);
    if (value == nullptr || !value->is(Value::Kind::text)) {
      return std::unexpected(fmt::format("\"{}\" must be a text", key));
    }
    *text = value->text;
  }
  const Value* without = object.find("without");
  if (without == nullptr || !without->is(Value::Kind::array)) {
    return std::unexpected("\"without\" must list families of faults");
  }
  for (const Value& item : without->items) {
    const auto family = find_family(item.text);
    if (!family) return std::unexpected("\"without\" names a family that does not exist");
    out.without.push_back(*family);
  }
  if (!is_mix(out.mix)) return std::unexpected(fmt::format("there is no mix \"{}\"", out.mix));
  return out;
}

std::expected<SeedRange, std::string> seed_range_of(const Value& pair) {
  const std::string kExpected = "a range of seeds is two numbers, the smaller first";
  if (!pair.is(Value::Kind::array) || pair.items.size() != 2) return std::unexpected(kExpected);
  for (const Value& item : pair.items) {
    if (!item.is(Value::Kind::integer) || item.integer < 0) return std::unexpected(kExpected);
  }
  if (pair.items[1].integer < pair.items[0].integer) return std::unexpected(kExpected);
  return SeedRange{static_cast<std::uint64_t>(pair.items[0].integer),
                   static_cast<std::uint64_t>(pair.items[1].integer)};
}

std::string wrong_format(const Value& object, std::string_view format) {
  const Value* found = object.is(Value::Kind::object) ? object.find("format") : nullptr;
  if (found == nullptr || !found->is(Value::Kind::text)) {
    return fmt::format("expected \"format\": {}", json_quoted(format));
  }
  if (found->text == format) return {};
  const std::string_view family = format.substr(0, format.find('/') + 1);
  if (found->text.starts_with(family)) {
    return fmt::format("the format {} is of another program; this one reads {}",
                       json_quoted(found->text), format);
  }
  return fmt::format("expected the format {}, not {}", format, json_quoted(found->text));
}

std::string journal_head(const CampaignIdentity& identity) {
  return fmt::format("{{\"format\":\"{}\",{}}}\n", kJournalFormat, identity_members(identity));
}

std::string journal_line(SeedRange done, const CampaignTally& tally) {
  return fmt::format("{{\"done\":[{},{}],\"tally\":{}}}\n", done.first, done.last,
                     tally_json(tally));
}

namespace {

std::expected<void, std::string> read_entry(const Value& object, Journal& journal) {
  const Value* done = object.find("done");
  const Value* tally = object.find("tally");
  if (done == nullptr || tally == nullptr || object.members.size() != 2) {
    return std::unexpected("expected \"done\" and \"tally\"");
  }
  const auto range = seed_range_of(*done);
  if (!range) return std::unexpected(range.error());
  if (journal.done.overlaps(*range)) {
    return std::unexpected(
        fmt::format("seeds {}..{} are here for the second time", range->first, range->last));
  }
  const auto sums = tally_of(*tally);
  if (!sums) return std::unexpected(sums.error());
  if (sums->runs != range->last - range->first + 1) {
    return std::unexpected("the number of runs is not that of the seeds");
  }
  journal.done.add(*range);
  journal.total.add(*sums);
  return {};
}

std::expected<void, std::string> read_line(std::string_view line, std::size_t number,
                                           Journal& journal) {
  const auto value = read_document("", line, kCampaignLimits);
  if (!value) return std::unexpected(value.error().message);
  if (!value->is(Value::Kind::object)) return std::unexpected("expected an object");
  if (number > 1) return read_entry(*value, journal);
  if (std::string wrong = wrong_format(*value, kJournalFormat); !wrong.empty()) {
    return std::unexpected(std::move(wrong));
  }
  auto identity = identity_of(*value);
  if (!identity) return std::unexpected(identity.error());
  journal.identity = std::move(*identity);
  return {};
}

}  // namespace

std::expected<Journal, std::string> read_journal(std::string_view file, std::string_view bytes) {
  Journal journal;
  std::size_t number = 0;
  while (journal.whole_bytes < bytes.size()) {
    const std::size_t end = bytes.find('\n', journal.whole_bytes);
    if (end == std::string_view::npos) break;
    ++number;
    const std::string_view line = bytes.substr(journal.whole_bytes, end - journal.whole_bytes);
    if (const auto read = read_line(line, number, journal); !read) {
      return std::unexpected(fmt::format("{}:{}: {}", file, number, one_line(read.error())));
    }
    journal.whole_bytes = end + 1;
  }
  if (number == 0) return std::unexpected(fmt::format("{}:1: no journal begins here", file));
  return journal;
}

std::string mismatch(const CampaignIdentity& journal, const CampaignIdentity& now) {
  if (journal.maker.version != now.maker.version) {
    return fmt::format("it was begun by version {}, this program is {}", journal.maker.version,
                       now.maker.version);
  }
  if (journal.maker.build != now.maker.build) {
    return fmt::format("it was begun by build {}, this program is build {}", journal.maker.build,
                       now.maker.build);
  }
  if (journal.mix != now.mix) {
    return fmt::format("it is of the mix {}, not {}", journal.mix, now.mix);
  }
  if (journal.without != now.without) {
    return fmt::format("it was begun without the families [{}], now they are [{}]",
                       families_text(journal, " "), families_text(now, " "));
  }
  return {};
}

}  // namespace dp::sim
