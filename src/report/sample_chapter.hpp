#pragma once

#include "report/page.hpp"
#include "report/run_report.hpp"

namespace mixvae::report {

/// The report's chapter on how many cells of each type the samples have, and whether conditions
/// differ. The view has abundances with a sample.
Section sample_chapter(const RunView& view);

}  // namespace mixvae::report
