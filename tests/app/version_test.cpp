#include "app/version.hpp"

#include <fstream>
#include <iterator>
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cluster/communities.hpp"

namespace mixvae::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Version, IsThatOfTheProject) {
  std::ifstream file(MIXVAE_SOURCE_DIR "/CMakeLists.txt");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, HasSubstr("project(mixvae VERSION " + std::string(version()) + " "));
  EXPECT_THAT(version_text(), StartsWith("mixvae " + std::string(version())));
}

TEST(Version, NamesLibrariesAndTheLicenceThatFollowsFromThem) {
  const std::string text = version_text();
  EXPECT_TRUE(std::regex_search(text, std::regex(R"(libraries: libtorch \d+\.\d+\.\d+)"))) << text;
  EXPECT_TRUE(std::regex_search(text, std::regex(R"(HDF5 \d+\.\d+\.\d+)"))) << text;
  EXPECT_THAT(text, HasSubstr("licence: BSD-3-Clause"));
  if (cluster::has_communities()) {
    EXPECT_TRUE(std::regex_search(text, std::regex(R"(igraph \d+\.\d+)"))) << text;
    EXPECT_THAT(text, HasSubstr("under the GPL, version 2 or later"));
  } else {
    EXPECT_THAT(text, HasSubstr("without igraph"));
    EXPECT_THAT(text, Not(HasSubstr("GPL")));
  }
}

TEST(Version, TellsWhatTheMachineHas) {
  MachineFacts machine{.blas = "OpenBLAS 9.9 for Zen",
                       .blas_file = "/lib/libopenblas.so.0",
                       .processor = {"AVX2", "FMA"},
                       .threads = 3};
  std::string text = full_version_text(machine);
  EXPECT_THAT(text, StartsWith(version_text()));
  EXPECT_THAT(text, HasSubstr("BLAS: OpenBLAS 9.9 for Zen (/lib/libopenblas.so.0)\n"));
  EXPECT_THAT(text, HasSubstr("processor: AVX2, FMA\nthreads: 3\nCUDA device: no\n"));
  machine = {.blas_file = "/lib/libblas.so.3", .slow_blas = true, .bf16 = true, .cuda = true};
  text = full_version_text(machine);
  EXPECT_THAT(text, HasSubstr("BLAS: the reference BLAS, slow (/lib/libblas.so.3)\n"));
  EXPECT_THAT(text, HasSubstr("processor: neither AVX2 nor AVX-512; --precision bf16 works\n"));
  EXPECT_THAT(text, HasSubstr("CUDA device: yes\n"));
  EXPECT_THAT(full_version_text({}), HasSubstr("BLAS: the one inside libtorch\n"));
}

TEST(Version, HasTheSameFactsAsJson) {
  const auto json = nlohmann::json::parse(version_json({.blas = "OpenBLAS 9.9 for Zen",
                                                        .blas_file = "/lib/a",
                                                        .processor = {"AVX2"},
                                                        .threads = 3}));
  EXPECT_EQ(json.at("version"), version());
  EXPECT_EQ(json.at("commit"), commit());
  EXPECT_EQ(json.at("licence"), licence());
  EXPECT_EQ(json.at("blas").at("name"), "OpenBLAS 9.9 for Zen");
  EXPECT_EQ(json.at("blas").at("reference"), false);
  EXPECT_EQ(json.at("processor"), std::vector<std::string>{"AVX2"});
  EXPECT_EQ(json.at("threads"), 3);
  for (const auto& [name, number] : library_versions()) {
    EXPECT_EQ(json.at("libraries").at(name), number);
  }
}

}  // namespace
}  // namespace mixvae::app
