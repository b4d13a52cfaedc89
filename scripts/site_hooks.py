"""For mkdocs: links that lead out of docs/, to sources and tests, become plain text, as the site has only the documentation."""
import posixpath
import re


def on_page_markdown(markdown, page, **_):
    folder = posixpath.dirname(page.file.src_uri)

    def inside(match):
        target = posixpath.normpath(posixpath.join(folder, match.group(2).partition("#")[0]))
        return match.group(1) if target.startswith("../") else match.group(0)

    return re.sub(r"\[([^\]]+)\]\(((?!\w+:)[^)\s]+)\)", inside, markdown)
