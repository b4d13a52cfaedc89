#include <nlohmann/json.hpp>

#include "app/commands/all.hpp"
#include "app/output.hpp"
#include "app/output_files.hpp"
#include "app/output_format.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/dsprites_npz.hpp"
#include "data/simulate/dsprites.hpp"

namespace mixvae::app {
namespace {

/// Draws images of shapes whose factors are known.
class SimulateSpritesCommand : public Command {
 public:
  std::string name() const override { return "simulate dsprites"; }
  std::string summary() const override {
    return "draw images of shapes whose size, orientation and position are known (dSprites)";
  }
  std::vector<OptionGroup> groups() override {
    return {{"Common options",
             {{.name = "out",
               .target = &out_,
               .meaning = "file to write: .npz as published (imgs, latents_classes, "
                          "latents_values), or .h5ad",
               .placeholder = "FILE"},
              force_option(force_)}},
            {"Images", options(sprites_)}};
  }
  std::vector<std::string> required() const override { return {"out"}; }
  std::vector<std::string> examples() const override {
    return {"mixvae simulate dsprites --number 10000 --out dsprites.npz",
            "mixvae simulate dsprites --number 10000 --seed 1 --out dsprites.h5ad"};
  }

  void run(const GlobalOptions& global) override {
    require_sprite_output();
    require_free({{"--out", out_}}, force_);
    const Dataset dataset = simulate_sprites(sprites_, static_cast<std::uint64_t>(global.seed));
    if (output_format(out_) == OutputFormat::npz) {
      write_dsprites(out_, dataset);
    } else {
      write_dataset(out_, dataset);
    }
    if (global.json) {
      print(nlohmann::json{{"out", out_}, {"images", dataset.cell_count()}}.dump(2) + "\n");
      return;
    }
    print(with_commas(dataset.cell_count()) + " images of 64 x 64 pixels written to " + out_ +
          "; their factors are in shape, scale, orientation, x and y.\n");
  }

 private:
  void require_sprite_output() const {
    const OutputFormat format = output_format(out_);
    if (format != OutputFormat::npz && format != OutputFormat::h5ad) {
      throw UsageError(
          {.what = "images of dSprites are written as .npz or .h5ad", .found = "--out " + out_});
    }
    require_output(out_);
  }

  std::string out_;
  bool force_ = false;
  SimulateSpritesOptions sprites_;
};

}  // namespace

std::unique_ptr<Command> simulate_sprites_command() {
  return std::make_unique<SimulateSpritesCommand>();
}

}  // namespace mixvae::app
