"""Types and states of cells, without labels: the commands of mixvae on data in memory.

    model = mixvae.fit(adata, types="auto", seed=0)
    model.assign(adata)               # obs["mixvae_type"], obsm["X_mixvae_latent"], ...
    model.evaluate(adata, "cell_type")

Every option of a command is a keyword, with _ for -: keywords("fit") lists those of fit.
"""
import pathlib
import warnings

from . import _core
from ._call import keywords
from ._core import Bug, InputError, SystemError, UsageError
from ._model import Model, fit, load
from ._results import Assignment

__version__ = _core.version
__all__ = ["Assignment", "Bug", "InputError", "MixVAE", "Model", "SystemError", "UsageError", "fit", "keywords", "load"]

if not _core.has_program_kernels:
    warnings.warn("OpenBLAS was loaded before mixvae with other kernels than the program uses: results may differ from "
                  "the program's in their last bits, and take longer", stacklevel=2)
_core.set_tables_folder(str(pathlib.Path(__file__).parent / "tables"))


def __getattr__(name):
    """MixVAE needs scikit-learn, the rest does not."""
    if name == "MixVAE":
        from ._estimator import MixVAE
        return MixVAE
    raise AttributeError(f"module 'mixvae' has no attribute '{name}'")
