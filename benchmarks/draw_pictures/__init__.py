"""The pictures of the starter blog, drawn by `python -m benchmarks.draw_pictures`."""
