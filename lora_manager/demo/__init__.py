"""The demo: a library of LoRAs with previews drawn by code, and a tiny model that they fit."""
