"""The arguments of `python -m lora_manager`, and which function answers each command.

Exit codes: 0 done, 1 failed, 2 bad usage. With --json exactly one JSON document goes to stdout; logs go to stderr.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from lora_manager import __version__
from lora_manager.errors import BadInputError, LoraManagerError
from lora_manager.search.query.tokens import QueryError

DONE, FAILED, BAD_USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments = make_parser().parse_args(_with_plain_query(sys.argv[1:] if argv is None else list(argv)))
    _write_utf8()
    level = logging.DEBUG if arguments.verbose else logging.WARNING
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s %(name)s: %(message)s")
    try:
        return int(arguments.run(arguments) or DONE)
    except LoraManagerError as error:
        sys.stderr.write(f"error: {error}\n")
        if isinstance(error, QueryError):
            sys.stderr.write(f"  {arguments.query}\n  {' ' * error.at}^\n")
        return BAD_USAGE if isinstance(error, BadInputError) else FAILED
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED


def _with_plain_query(words: list[str]) -> list[str]:
    """Return the words of a command line in which `search -anime` says what it means: without anime."""
    queries = [word for word in words if word[:1] == "-" and word[:2] != "--" and word != "-h"]
    if words[:1] != ["search"] or "--" in words or len(queries) != 1:
        return words
    return [*(word for word in words if word != queries[0]), "--", queries[0]]


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    # The commands' modules bring SQLAlchemy and more; imported here, `--help` of a package stays a package's.
    from lora_manager.cli import (
        backup,
        catalogue,
        editing,
        embed,
        evaluate,
        files,
        generate,
        hashing,
        make_demo,
        preferences,
        recommend,
        serve,
        sidecars,
    )

    parser = argparse.ArgumentParser(prog="python -m lora_manager", description="LoRA Manager on the command line.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    scan = _command(commands, "scan", "read what is new or changed in the LoRA folders", catalogue.scan)
    scan.add_argument("--force", action="store_true", help="read every file again; your own edits stay")

    search = _command(commands, "search", "find LoRAs by words", catalogue.search)
    search.add_argument("query", metavar="QUERY", help="all words must match, the last one as a beginning")
    search.add_argument("--base", action="append", default=[], help="base model, repeatable")
    search.add_argument("--tag", action="append", default=[], help="tag, repeatable")
    search.add_argument("--folder", help="folder below the LoRA folder")
    search.add_argument("--favourite", action="store_true", help="favourites only")
    search.add_argument("--sort", default="", help="relevance, name, added, size, uses ...; --sort=-size reverses")
    search.add_argument("--limit", type=_count, default=20)
    search.add_argument("--offset", type=_count, default=0)

    show = _command(commands, "show", "show everything on record of one LoRA", catalogue.show)
    show.add_argument("name", metavar="NAME", help="id, tag name, or file path below its LoRA folder")

    recommend_ = _command(commands, "recommend", "suggest LoRAs for a prompt", recommend.recommend)
    recommend.add_recommend_arguments(recommend_)
    evaluate_ = _command(commands, "evaluate", "measure recommending on prompts of known LoRAs", evaluate.evaluate)
    evaluate.add_evaluate_arguments(evaluate_)
    similar = _command(commands, "similar", "tell which LoRAs are like one", recommend.similar)
    recommend.add_similar_arguments(similar)

    compose = _command(commands, "compose", "put LoRAs into a prompt, or take them out", catalogue.compose)
    compose.add_argument("prompt", metavar="PROMPT", nargs="?", default="")
    compose.add_argument("--add", action="append", default=[], metavar="NAME[:WEIGHT]", help="repeatable")
    compose.add_argument("--remove", action="append", default=[], metavar="NAME", help="repeatable")

    hash_ = _command(commands, "hash", "compute the hashes of the LoRA files that have none yet", hashing.hash_files)
    hash_.add_argument("--now", action="store_true", help="even if it is paused, or another process hashes already")

    embed.add_embed_arguments(_command(commands, "embed", "make the vectors of the LoRAs that changed", embed.embed))

    edit = _command(commands, "edit", "edit one LoRA or many: values, tags", editing.edit)
    editing.add_edit_arguments(edit)

    history = _command(commands, "history", "tell what was changed, when, by whom and by what", editing.history)
    history.add_argument("name", metavar="NAME", nargs="?", help="of this LoRA only")
    history.add_argument("--limit", type=_count, default=20)

    undo = _command(commands, "undo", "take back what was done last", editing.undo)
    undo.add_argument("set_id", metavar="NUMBER", nargs="?", type=_count, help="or this set of changes")

    files.add_move_arguments(_command(commands, "move", "move LoRAs into a folder, or by a template", files.move))
    files.add_rename_arguments(_command(commands, "rename", "give LoRAs other file names", files.rename))
    files.add_delete_arguments(_command(commands, "delete", "put LoRAs into the trash", files.delete))
    files.add_trash_arguments(_command(commands, "trash", "list, restore or empty the trash", files.trash))

    write_back = _command(commands, "write-back", "write edits into the web UI's sidecars", sidecars.write_back)
    sidecars.add_write_back_arguments(write_back)
    export = _command(commands, "export", "write a list of LoRAs, or Civitai Helper's sidecars", sidecars.export)
    sidecars.add_export_arguments(export)
    duplicates = _command(commands, "duplicates", "tell which LoRAs are there more than once", sidecars.duplicates)
    sidecars.add_duplicates_arguments(duplicates)
    settings = _command(commands, "settings", "show what is set, or set it", sidecars.settings)
    sidecars.add_settings_arguments(settings)

    preferences_ = _command(commands, "preferences", "tell what was learned, or correct it", preferences.preferences)
    preferences.add_arguments(preferences_)

    backup_ = _command(commands, "backup", "make, list, check or bring back backups of the database", backup.backup)
    backup.add_arguments(backup_)

    generate_ = _command(commands, "generate", "make images with the standalone engine", generate.generate)
    generate.add_arguments(generate_)

    serve_ = _command(commands, "serve", "start the page and the API", serve.serve)
    serve.add_arguments(serve_)

    demo = commands.add_parser("make-demo", help="make a demo library and a tiny model")
    demo.add_argument("folder", metavar="DIR", type=Path)
    demo.add_argument("--light", action="store_true", help="without the model, which needs torch and diffusers")
    demo.add_argument("--count", type=_count, default=60)
    demo.add_argument("--json", action="store_true")
    demo.add_argument("--verbose", action="store_true")
    demo.set_defaults(run=make_demo.make_demo)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str, run: object
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    parser.add_argument(
        "--lora-dir", action="append", type=Path, default=[], metavar="DIR", help="LoRA folder, repeatable"
    )
    parser.add_argument("--db", metavar="URL", help="database file or SQLAlchemy URL; else beside the models")
    parser.add_argument(
        "--lora-manager-dir", dest="state_dir", metavar="DIR", help="folder for the database, thumbnails and backups"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--verbose", action="store_true", help="log more, to stderr")
    parser.set_defaults(run=run)
    return parser


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value


def _write_utf8() -> None:
    """Print names as they are, also where the terminal's encoding is an old one."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
