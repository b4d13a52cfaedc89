#include <cstdio>
#include <mixvae/mixvae.hpp>
#include <vector>

/// Finds types in a file of cells, and prints how many cells each has and how sure they are.
int main(int count, char** words) {
  if (count != 2) {
    std::fprintf(stderr, "Usage: find_types FILE\n");
    return 2;
  }
  try {
    const mixvae::Dataset cells = mixvae::read_dataset(words[1]);
    const mixvae::Model model = mixvae::Model::fit(cells, {.options = {{"epochs", "20"}}});
    const mixvae::Assignment found = model.assign(cells);
    std::vector<int> sizes(found.type_names.size());
    std::vector<double> sums(found.type_names.size());
    for (std::size_t cell = 0; cell < found.types.size(); ++cell) {
      if (found.types[cell] >= 0) {
        ++sizes.at(found.types[cell]);
        sums.at(found.types[cell]) += found.confidence.at(cell);
      }
    }
    for (std::size_t type = 0; type < sizes.size(); ++type) {
      std::printf("%s: %d cells, confidence %.2f\n", found.type_names[type].c_str(), sizes[type],
                  sizes[type] > 0 ? sums[type] / sizes[type] : 0);
    }
    return 0;
  } catch (const mixvae::Error& error) {
    std::fprintf(stderr, "find_types: %s\n", error.what());
    return error.exit_code();
  }
}
