"""Designs of sensitivity analysis and the indices estimated from them."""
