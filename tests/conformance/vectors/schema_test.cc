// The files against their published schema, by a validator that others wrote.
#include <gtest/gtest.h>

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "tests/conformance/vectors/committed_files.h"

namespace dp::vectors {
namespace {

using PlainJson = nlohmann::json;

class VectorSchema : public testing::Test {
 protected:
  VectorSchema() {
    const PlainJson text = PlainJson::parse(text_of_file(vectors_folder() / "vectors.schema.json"));
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema_);
  }
  bool fits(const PlainJson& value) {
    valijson::Validator validator;
    return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(value), nullptr);
  }

  valijson::Schema schema_;
};

TEST_F(VectorSchema, EveryFileFits) {
  for (const VectorFile& file : committed_files()) {
    EXPECT_TRUE(fits(PlainJson::parse(file.text))) << file.name;
  }
}

TEST_F(VectorSchema, SpoiltFilesDoNot) {
  const PlainJson good = PlainJson::parse(text_of_file(vectors_folder() / "padding.json"));
  ASSERT_TRUE(fits(good));
  const auto first = [](PlainJson& whole) -> PlainJson& {
    return whole["testGroups"][0]["tests"][0];
  };
  PlainJson bad = good;
  bad["format"] = "draftproof-vectors/2";
  EXPECT_FALSE(fits(bad));
  bad = good;
  bad["testGroups"][0]["type"] = "paddings";
  EXPECT_FALSE(fits(bad));
  bad = good;
  first(bad)["result"] = "acceptable";
  EXPECT_FALSE(fits(bad));
  bad = good;
  first(bad)["defect"] = "content_too_long";  // of a valid one
  EXPECT_FALSE(fits(bad));
  bad = good;
  first(bad)["result"] = "invalid";  // without a defect
  EXPECT_FALSE(fits(bad));
  bad = good;
  first(bad)["input"]["key"] = "short";
  EXPECT_FALSE(fits(bad));
  bad = good;
  first(bad)["input"]["unheard_of"] = 1;
  EXPECT_FALSE(fits(bad));
}

}  // namespace
}  // namespace dp::vectors
