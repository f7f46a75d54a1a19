"""The hosts call this before they read their command line: our own flags."""

import argparse


def preload(parser: argparse.ArgumentParser) -> None:
    """Add `--lora-manager-dir` and `--lora-manager-db`."""
    parser.add_argument(
        "--lora-manager-dir",
        metavar="DIR",
        default=None,
        help="LoRA Manager: folder for its database, thumbnails and backups (otherwise beside the models folder)",
    )
    parser.add_argument(
        "--lora-manager-db",
        metavar="FILE",
        default=None,
        help="LoRA Manager: database file or SQLAlchemy URL (otherwise lora_manager.sqlite3 in its folder)",
    )
