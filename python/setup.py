"""Packs the folder that CMake has made ready; the compiled part belongs to one machine type."""
from setuptools import Distribution, setup


class Compiled(Distribution):
    def has_ext_modules(self):
        return True


setup(distclass=Compiled)
