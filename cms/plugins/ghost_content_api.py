"""ghost_content_api."""
