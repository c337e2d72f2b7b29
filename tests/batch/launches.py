"""Launch lists of as many tools as a test wants."""

import json


def launch(name, **fields):
    """One tool with a text of its own; what is given replaces it."""
    text = (
        f"{name} is an editor for small teams that runs locally. It costs $5 per month. It has no test log."
    )
    return {"name": name, "text": text, **fields}


def write_list(folder, tools, name="tools.jsonl"):
    """A JSONL list: a number of tools, their names, or their fields; text goes in as a line as it is."""
    if isinstance(tools, int):
        tools = [f"Tool {n:03d}" for n in range(tools)]
    lines = [tool if isinstance(tool, str) and tool[:1] in "{[" else _line(tool) for tool in tools]
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _line(tool):
    return json.dumps(launch(tool) if isinstance(tool, str) else tool)
