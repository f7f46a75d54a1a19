"""Tools of the developers: what `dev.py` is made of, benchmarks, screenshots. Nothing of the product imports them."""
