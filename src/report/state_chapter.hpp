#pragma once

#include "report/page.hpp"
#include "report/run_report.hpp"

namespace mixvae::report {

/// The report's chapter on states: the features that go with them, what the decoder gives along
/// them, and what is known of the cells beside their types.
Section state_chapter(const RunView& view);

}  // namespace mixvae::report
