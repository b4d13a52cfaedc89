#include "fit/projected_copies.hpp"

#include <algorithm>

namespace mixvae::fit {
namespace {

class ProjectedCopies final : public CopyMaker {
 public:
  ProjectedCopies(std::unique_ptr<CopyMaker> copies, const Projection& projection)
      : copies_(std::move(copies)), projection_(projection) {}

  void fill(Index arm, std::uint64_t step, std::span<const Index> rows,
            std::span<float> out) const override {
    DenseMatrix values(static_cast<Index>(rows.size()), projection_.components().columns);
    copies_->fill(arm, step, rows, values.values);
    const DenseMatrix scores = projection_.apply(std::move(values));
    std::ranges::copy(scores.values, out.begin());
  }

 private:
  std::unique_ptr<CopyMaker> copies_;
  const Projection& projection_;
};

}  // namespace

std::unique_ptr<CopyMaker> projected_copies(std::unique_ptr<CopyMaker> copies,
                                            const Projection& projection) {
  return std::make_unique<ProjectedCopies>(std::move(copies), projection);
}

}  // namespace mixvae::fit
