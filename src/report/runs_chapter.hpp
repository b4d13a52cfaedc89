#pragma once

#include "report/page.hpp"
#include "report/run_report.hpp"

namespace mixvae::report {

/// The report's chapter on other runs of the same data. The view has a comparison.
Section runs_chapter(const RunView& view);

}  // namespace mixvae::report
