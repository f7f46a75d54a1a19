"""The programs we live in, behind one protocol (base.py)."""
