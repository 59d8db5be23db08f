"""What pyproject.toml cannot say: scenarios/ at the top, where it is read and edited, is installed as sim/scenarios."""

from setuptools import find_namespace_packages, setup

setup(
    packages=[*find_namespace_packages(include=["sim*"]), "sim.scenarios"], package_dir={"sim.scenarios": "scenarios"}
)
