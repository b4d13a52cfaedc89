#include "data/row_builder.hpp"

#include <utility>

#include "base/error.hpp"

namespace mixvae {
namespace {

Matrix best_form(CsrMatrix sparse) {
  const bool is_sparse = 2 * sparse.nonzeros() < sparse.rows * sparse.columns;
  Matrix matrix(std::move(sparse));
  return is_sparse ? std::move(matrix) : to_dense(matrix);
}

}  // namespace

void RowBuilder::append(std::span<const float> row) {
  MIXVAE_ASSERT(static_cast<Index>(row.size()) == sparse_.columns,
                "a row has one value per column");
  for (std::size_t c = 0; c < row.size(); ++c) {
    if (row[c] != 0.0F) {
      sparse_.column_numbers.push_back(static_cast<std::int32_t>(c));
      sparse_.values.push_back(row[c]);
    }
  }
  sparse_.offsets.push_back(static_cast<Index>(sparse_.values.size()));
  ++sparse_.rows;
}

Matrix RowBuilder::finish() { return best_form(std::exchange(sparse_, CsrMatrix{})); }

Matrix RowBuilder::finish_transposed() {
  return best_form(transpose(std::exchange(sparse_, CsrMatrix{})));
}

}  // namespace mixvae
