#include "data/io/hdf5/h5ad.hpp"

#include "data/io/hdf5/group.hpp"
#include "data/io/store/anndata.hpp"
#include "data/io/store/mudata.hpp"

namespace mixvae {

Dataset read_h5ad(const std::string& path, const std::string& layer) {
  Dataset dataset = store::read_anndata(hdf5::open_file(path), layer);
  dataset.source.format = "h5ad";
  return dataset;
}

Dataset read_h5mu(const std::string& path, const std::string& modality, const std::string& layer) {
  Dataset dataset = store::read_mudata(hdf5::open_file(path), modality, layer);
  dataset.source.format = "h5mu";
  return dataset;
}

}  // namespace mixvae
