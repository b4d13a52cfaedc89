#include "app/version.hpp"

#include <H5public.h>
#include <nlohmann/json.hpp>

#include "base/parallel.hpp"
#include "base/processor.hpp"
#include "base/text.hpp"
#include "cluster/communities.hpp"
#include "nn/blas_check.hpp"
#include "nn/device.hpp"
#include "nn/kernels/bf16_product.hpp"
#include "nn/torch.hpp"

namespace mixvae::app {
namespace {

std::string hdf5_version() {
  return std::to_string(H5_VERS_MAJOR) + "." + std::to_string(H5_VERS_MINOR) + "." +
         std::to_string(H5_VERS_RELEASE);
}

std::string libraries_line() {
  std::vector<std::string> parts;
  for (const auto& [name, number] : library_versions()) {
    parts.push_back(name + " " + number);
  }
  if (!cluster::has_communities()) {
    parts.emplace_back("without igraph (no Leiden, Louvain and PhenoGraph)");
  }
  return join(parts, ", ");
}

std::string blas_line(const MachineFacts& machine) {
  if (machine.blas_file.empty()) {
    return "the one inside libtorch";
  }
  const std::string name = machine.slow_blas ? "the reference BLAS, slow" : machine.blas;
  return name.empty() ? machine.blas_file : name + " (" + machine.blas_file + ")";
}

}  // namespace

std::string_view version() { return MIXVAE_VERSION; }

std::vector<std::pair<std::string, std::string>> library_versions() {
  std::vector<std::pair<std::string, std::string>> found = {
      {"libtorch", TORCH_VERSION},
      {"HDF5", hdf5_version()},
      {"igraph", cluster::igraph_version()},
      {"oneDNN", nn::kernels::onednn_version()},
  };
  std::erase_if(found, [](const auto& library) { return library.second.empty(); });
  return found;
}

std::string licence() {
  return cluster::has_communities()
             ? "BSD-3-Clause; this build links igraph: as a whole under the GPL, version 2 or later"
             : "BSD-3-Clause";
}

std::string version_text() {
  std::string first = "mixvae " + std::string(version());
  if (!commit().empty()) {
    first += " (commit " + std::string(commit()) + ")";
  }
  return first + "\nlibraries: " + libraries_line() + "\nlicence: " + licence() + "\n";
}

MachineFacts machine_facts() {
  const std::string file = nn::loaded_blas();
  return {.blas = nn::blas_description(),
          .blas_file = file,
          .slow_blas = nn::is_reference_blas(file),
          .processor = processor_features(),
          .bf16 = nn::kernels::has_bf16_product(),
          .threads = thread_count(),
          .cuda = nn::device_named("auto").is_cuda()};
}

std::string full_version_text(const MachineFacts& machine) {
  return version_text() + "BLAS: " + blas_line(machine) + "\nprocessor: " +
         (machine.processor.empty() ? "neither AVX2 nor AVX-512" : join(machine.processor, ", ")) +
         (machine.bf16 ? "; --precision bf16 works" : "") +
         "\nthreads: " + std::to_string(machine.threads) +
         "\nCUDA device: " + (machine.cuda ? "yes" : "no") + "\n";
}

std::string version_json(const MachineFacts& machine) {
  nlohmann::ordered_json libraries;
  for (const auto& [name, number] : library_versions()) {
    libraries[name] = number;
  }
  const nlohmann::ordered_json json = {
      {"program", "mixvae"},
      {"version", version()},
      {"commit", commit()},
      {"libraries", libraries},
      {"licence", licence()},
      {"blas",
       {{"name", machine.blas}, {"file", machine.blas_file}, {"reference", machine.slow_blas}}},
      {"processor", machine.processor},
      {"bf16", machine.bf16},
      {"threads", machine.threads},
      {"cuda", machine.cuda}};
  return json.dump(2) + "\n";
}

}  // namespace mixvae::app
