"""`schema`: write the JSON Schema of each kind of file, for completion in text editors."""

from __future__ import annotations

from pathlib import Path

import click

from briefings.content.completion import schemas, snippets

_OURS = Path(".vscode")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
def schema(folder: Path | None) -> int:
    """Write the JSON Schema of each kind of file into FOLDER.

    Without FOLDER: what Visual Studio Code uses in this project, into .vscode/.
    """
    into = folder or _OURS / "schema"
    files = {into / name: text for name, text in schemas().items()}
    if folder is None:
        files[_OURS / "front-matter.code-snippets"] = snippets()
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        click.echo(str(file))
    return 0
