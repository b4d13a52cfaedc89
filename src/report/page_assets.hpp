#pragma once

#include <string_view>

namespace mixvae::report {

/// Style and script of the report's page, from web/ (built in by the build).
std::string_view report_css();
std::string_view report_script();
/// Those of the explorer's page.
std::string_view explorer_css();
std::string_view explorer_script();

}  // namespace mixvae::report
