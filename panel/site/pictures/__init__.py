"""Pictures of verdicts and comparisons, drawn once and written as SVG and PNG: badges, images of links."""
