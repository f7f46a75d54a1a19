"""The hosts call this before they read their command line: our own flags."""

import argparse


def preload(parser: argparse.ArgumentParser) -> None:
    """Add our flags, each beginning with `--lora-manager-`."""
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
    parser.add_argument(
        "--lora-manager-host",
        metavar="NAME",
        default=None,
        help="LoRA Manager: host name under which the web UI is opened (through a proxy), more than one with commas",
    )
    parser.add_argument(
        "--lora-manager-allow-file-operations",
        action="store_true",
        help="LoRA Manager: let everyone who reaches a web UI without login change files, settings and packages",
    )
