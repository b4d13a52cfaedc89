// Real files of many instruments, as an independent reader saw them.

#include <cmath>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "data/files.hpp"
#include "data/io/fcs/file.hpp"
#include "data/io/fcs/read_fcs.hpp"
#include "data/io/npy.hpp"
#include "data/io/read.hpp"

namespace mixvae::fcs {
namespace conformance_test {

using nlohmann::json;
using testing_files::shared_file;

const std::string kFolder = "conformance/fcs/";

std::string text_of(const json& value) {
  return std::string(without_padding(value.get<std::string>()));
}

struct Facts {
  std::vector<double> first, last, mean, min, max;
};

Facts facts_of(const File& file) {
  const std::size_t width = file.channels.size();
  Facts facts;
  facts.mean.assign(width, 0.0);
  facts.min.assign(width, INFINITY);
  facts.max.assign(width, -INFINITY);
  for_each_block(file, [&](std::uint64_t first, std::span<const double> values) {
    if (first == 0) {
      facts.first.assign(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(width));
    }
    facts.last.assign(values.end() - static_cast<std::ptrdiff_t>(width), values.end());
    for (std::size_t i = 0; i < values.size(); ++i) {
      facts.mean[i % width] += values[i] / static_cast<double>(file.layout.events);
      facts.min[i % width] = std::min(facts.min[i % width], values[i]);
      facts.max[i % width] = std::max(facts.max[i % width], values[i]);
    }
  });
  return facts;
}

void expect_near(const std::vector<double>& found, const json& expected, const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (std::size_t c = 0; c < found.size(); ++c) {
    const auto value = expected[c].get<double>();
    EXPECT_NEAR(found[c], value, 1e-6 * std::max(1.0, std::abs(value))) << what << " " << c;
  }
}

void expect_as(const File& file, const json& expected) {
  EXPECT_EQ(file.layout.events, expected["n_events"].get<std::uint64_t>());
  ASSERT_EQ(file.channels.size(), expected["names"].size());
  for (std::size_t c = 0; c < file.channels.size(); ++c) {
    EXPECT_EQ(file.channels[c].name, text_of(expected["names"][c]));
    EXPECT_EQ(file.channels[c].marker, text_of(expected["desc"][c]));
  }
  const Facts facts = facts_of(file);
  expect_near(facts.first, expected["first_event"], "first event");
  expect_near(facts.last, expected["last_event"], "last event");
  expect_near(facts.mean, expected["mean"], "mean");
  expect_near(facts.min, expected["min"], "minimum");
  expect_near(facts.max, expected["max"], "maximum");
}

TEST(FcsConformance, EveryDataSetIsReadAsExpected) {
  MIXVAE_NEEDS(shared_file(kFolder + "expected.json"));
  const json all = json::parse(std::ifstream(shared_file(kFolder + "expected.json")));
  for (const auto& [key, expected] : all.items()) {
    SCOPED_TRACE(key);
    const std::size_t cut = key.rfind('#');
    const std::string path = shared_file(kFolder + key.substr(0, cut));
    expect_as(open_file(path, std::stoul(key.substr(cut + 1))), expected);
  }
}

TEST(FcsConformance, EveryFileIsADataset) {
  MIXVAE_NEEDS(shared_file(kFolder + "expected.json"));
  const json all = json::parse(std::ifstream(shared_file(kFolder + "expected.json")));
  for (const auto& [key, expected] : all.items()) {
    if (key.ends_with("#0")) {
      SCOPED_TRACE(key);
      const Dataset dataset = read_dataset(shared_file(kFolder + key.substr(0, key.size() - 2)));
      EXPECT_EQ(dataset.source.format, "fcs");
      EXPECT_EQ(dataset.cell_count(), expected["n_events"].get<Index>());
      EXPECT_EQ(dataset.feature_count(), static_cast<Index>(expected["names"].size()));
    }
  }
}

TEST(FcsConformance, FurtherDataSetsAreSaid) {
  const std::string path = shared_file(kFolder + "FlowIO__coulter.lmd");
  MIXVAE_NEEDS(path);
  EXPECT_THAT(read_fcs(path).source.notes,
              ::testing::Contains("The file holds 2 data sets; the first was read."));
}

TEST(FcsConformance, RubbishIsRefused) {
  const std::string path = shared_file(kFolder + "fcsparser__corrupted.fcs");
  MIXVAE_NEEDS(path);
  EXPECT_THROW(read_dataset(path), InputError);
  EXPECT_THAT(testing_files::refusal([&] { open_file(path); }),
              ::testing::HasSubstr("ends within the HEADER"));
}

/// FlowIO's preprocessing divides by gains and turns time into seconds, without compensation.
TEST(FcsConformance, LinearValuesAreThoseOfAnotherReader) {
  const std::string path = shared_file(kFolder + "FlowIO__B01_KC-A-W---91-US.fcs");
  const std::string expected = shared_file("conformance/npy/FlowIO_B01_preprocessed_events.npy");
  MIXVAE_NEEDS(path);
  MIXVAE_NEEDS(expected);
  const DenseMatrix found = to_dense(read_fcs(path, false).x);
  const DenseMatrix wanted = to_dense(read_npy(expected).x);
  ASSERT_EQ(found.rows, wanted.rows);
  ASSERT_EQ(found.columns, wanted.columns);
  for (std::size_t i = 0; i < found.values.size(); ++i) {
    ASSERT_FLOAT_EQ(found.values[i], wanted.values[i]) << i;
  }
}

}  // namespace conformance_test
}  // namespace mixvae::fcs
