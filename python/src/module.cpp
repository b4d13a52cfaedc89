// The compiled part of the Python package; what people call is in python/mixvae.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <string>
#include <vector>

#include "app/run_directory.hpp"
#include "app/shipped_tables.hpp"
#include "app/version.hpp"
#include "base/library_settings.hpp"
#include "errors.hpp"
#include "keyword_list.hpp"
#include "models/registry.hpp"
#include "run_command.hpp"

namespace py = pybind11;

PYBIND11_MODULE(_core, module) {
  module.doc() = "The compiled part of mixvae.";
  module.attr("version") = std::string(mixvae::app::version());
  module.attr("has_program_kernels") = mixvae::use_library_kernels();
  mixvae::python::add_errors(module);
  module.def(
      "run_command",
      [](std::vector<std::string> words, py::dict inputs, std::string output, bool takes_signals,
         py::function write, bool terminal) {
        return mixvae::python::run_command({std::move(words), std::move(inputs), std::move(output),
                                            takes_signals, std::move(write), terminal});
      },
      py::arg("words"), py::arg("inputs"), py::arg("output"), py::arg("takes_signals"),
      py::arg("write"), py::arg("terminal"));
  module.def("keyword_list", &mixvae::python::keyword_list, py::arg("command"));
  module.def("model_names", &mixvae::models::model_names);
  module.def("run_file_paths", &mixvae::app::run_file_paths, py::arg("folder"));
  module.def("require_finished_run", &mixvae::app::require_finished_run, py::arg("folder"));
  module.def("set_tables_folder", &mixvae::app::set_tables_folder, py::arg("folder"));
}
