#include <cstdio>
#include <fstream>

#include "data/io/read.hpp"

/// Writes a small table, reads it through the library, says its size.
int main() {
  std::ofstream("cells.csv") << "cell,G1,G2\nC1,0,3\nC2,1,0\nC3,2,5\n";
  const mixvae::Dataset cells = mixvae::read_dataset("cells.csv");
  std::printf("%lld cells, %lld features\n", static_cast<long long>(cells.cell_count()),
              static_cast<long long>(cells.feature_count()));
  return cells.cell_count() == 3 && cells.feature_count() == 2 ? 0 : 1;
}
