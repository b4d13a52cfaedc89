#include "app/memory_exchange.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/absolute_paths.hpp"
#include "app/input.hpp"
#include "app/output.hpp"
#include "app/output_format.hpp"
#include "base/error.hpp"
#include "support/refusal.hpp"

namespace mixvae::app::memory_exchange_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Dataset small_data(const std::string& layer) {
  Dataset dataset;
  dataset.x = DenseMatrix(2, 3);
  dataset.cells.names = {"a", "b"};
  dataset.features.names = {"g", "g", "h"};
  dataset.source.path = "the object";
  dataset.source.layer = layer;
  return dataset;
}

std::map<std::string, MemoryData> small_input() {
  return {{"the object", {.layers = {"X", "counts"}, .read = small_data}}};
}

TEST(MemoryExchange, InputsAreReadByTheirNames) {
  const MemoryExchange exchange(small_input());
  const Dataset dataset = read_input("the object", {.layer = "counts"});
  EXPECT_EQ(dataset.source.layer, "counts");
  EXPECT_THAT(dataset.features.names, ElementsAre("g", "g-1", "h")) << "finished as a file is";
  EXPECT_THAT(layers_of_input("the object"), ElementsAre("X", "counts"));
}

TEST(MemoryExchange, ALayerThatIsNotThereIsRefused) {
  const MemoryExchange exchange(small_input());
  const std::string text = support::refusal<InputError>(
      [] { static_cast<void>(read_input("the object", {.layer = "count"})); });
  EXPECT_THAT(text, HasSubstr("there is no layer 'count'\n  where: the object"));
  EXPECT_THAT(text, HasSubstr("layers: X, counts"));
  EXPECT_THAT(text, HasSubstr("nearest: counts"));
  EXPECT_THAT(support::refusal<InputError>(
                  [] { static_cast<void>(read_input("the object", {.modality = "rna"})); }),
              HasSubstr("there is no modality 'rna'\n  where: the object"));
  EXPECT_TRUE(modalities_of_input("the object").empty());
}

TEST(MemoryExchange, NamesAreNoPaths) {
  std::string input = "the object";
  ReadOptions read;
  fit::FitOptions fit = fit::fit_options("cpl-mixvae");
  {
    const MemoryExchange exchange(small_input());
    make_paths_absolute(input, read, fit);
    EXPECT_EQ(input, "the object");
  }
  make_paths_absolute(input, read, fit);
  EXPECT_TRUE(std::filesystem::path(input).is_absolute());
}

TEST(MemoryExchange, TakesTheOutputOfItsNameAndWhatIsPrinted) {
  MemoryExchange exchange(small_input(), "/dev/null/results.npz");
  require_output("/dev/null/results.npz");
  Additions additions;
  additions.record = "mixvae";
  write_results("/dev/null/results.npz", small_data("X"), additions);
  ASSERT_TRUE(exchange.additions.has_value());
  EXPECT_EQ(exchange.additions->record, "mixvae");
  write_dataset("/dev/null/results.npz", small_data("counts"));
  ASSERT_TRUE(exchange.dataset.has_value());
  EXPECT_EQ(exchange.dataset->source.layer, "counts");
  print("two ");
  print("texts");
  EXPECT_EQ(exchange.printed, "two texts");
}

TEST(MemoryExchange, OutsideItNothingIsTaken) {
  { const MemoryExchange over(small_input(), "/dev/null/results.npz"); }
  EXPECT_EQ(MemoryExchange::taking("/dev/null/results.npz"), nullptr);
  EXPECT_EQ(MemoryExchange::data_named("the object"), nullptr);
  EXPECT_THROW(require_output("/dev/null/results.npz"), Error);
  EXPECT_THROW(static_cast<void>(read_input("the object", {})), InputError);
}

}  // namespace
}  // namespace mixvae::app::memory_exchange_test
