#include "errors.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <new>
#include <regex>
#include <string>

#include "base/error.hpp"

namespace mixvae::python {
namespace {

/// Of the module, which lives as long as the interpreter.
struct Errors {
  PyObject* input = nullptr;
  PyObject* usage = nullptr;
  PyObject* system = nullptr;
  PyObject* bug = nullptr;
};
Errors errors;

PyObject* add_error(py::module_& module, const char* name, PyObject* base, const char* meaning) {
  const std::string full = "mixvae." + std::string(name);
  PyObject* error = PyErr_NewExceptionWithDoc(full.c_str(), meaning, base, nullptr);
  if (error == nullptr) {
    throw py::error_already_set();
  }
  module.attr(name) = py::reinterpret_borrow<py::object>(error);
  return error;
}

/// Letters beyond ASCII count as such.
bool is_inside_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-';
}

Fault in_keywords(Fault fault) {
  for (std::string* text : {&fault.what, &fault.found, &fault.expected, &fault.hint}) {
    *text = keyword_words(*text);
  }
  return fault;
}

void raise(PyObject* type, const Fault& told) {
  const Fault fault = in_keywords(told);
  const py::object error = py::reinterpret_borrow<py::object>(type)(py::str(fault.text()));
  error.attr("what") = fault.what;
  error.attr("where") = fault.where;
  error.attr("found") = fault.found;
  error.attr("expected") = fault.expected;
  error.attr("hint") = fault.hint;
  PyErr_SetObject(type, error.ptr());
}

void translate(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(std::move(thrown));
  } catch (const InputError& error) {
    raise(errors.input, error.fault());
  } catch (const UsageError& error) {
    raise(errors.usage, error.fault());
  } catch (const SystemError& error) {
    raise(errors.system, error.fault());
  } catch (const Interrupted&) {
    PyErr_SetString(PyExc_KeyboardInterrupt, "");
  } catch (const Bug& error) {
    const std::string text =
        std::string(error.what()) + "\n  This is a bug of ours: please report it.";
    PyErr_SetString(errors.bug, text.c_str());
  }
}

}  // namespace

std::string keyword_words(const std::string& text) {
  static const std::regex kHelp("mixvae ([a-z]+)( --[a-z-]+ [a-z-]+)? --help");
  static const std::regex kOption("--([a-z][a-z0-9]*(-[a-z0-9]+)*)");
  const std::string plain = std::regex_replace(text, kHelp, "mixvae.keywords('$1')");
  std::string words;
  auto from = plain.cbegin();
  for (std::sregex_iterator at(plain.begin(), plain.end(), kOption), end; at != end; ++at) {
    const auto begin = (*at)[0].first;
    if (begin != plain.cbegin() && is_inside_word(*std::prev(begin))) {
      continue;  // a name of the data, as in "sample--rna-seq"
    }
    std::string name = (*at)[1];
    std::ranges::replace(name, '-', '_');
    words.append(from, begin).append(name);
    from = (*at)[0].second;
  }
  return words.append(from, plain.cend());
}

void add_errors(py::module_& module) {
  errors.input = add_error(module, "InputError", PyExc_ValueError,
                           "Unreadable or unsuitable data: a broken file, negative counts.");
  errors.usage = add_error(module, "UsageError", PyExc_ValueError,
                           "Wrong use: an unknown keyword, a value out of range.");
  errors.system = add_error(module, "SystemError", PyExc_OSError,
                            "The system failed: disk full, permission denied.");
  errors.bug = add_error(module, "Bug", PyExc_RuntimeError, "A fault of mixvae itself.");
  py::register_exception_translator(&translate);
}

}  // namespace mixvae::python
