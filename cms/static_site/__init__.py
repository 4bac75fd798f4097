"""The public side as files, for a CDN or any host of static files: `cms publish-static OUT`.

Every file is an answer of the service itself, asked for in this process, so that the two can never differ.
The folder remembers the journal's `seq` it stands for; the next run asks again only for what has changed
since, rewrites only files whose bytes differ, and takes away the files of what is no longer public.
"""

from cms.static_site.command import publish_static
from cms.static_site.folder import Folder
from cms.static_site.publishing import Report, publish

__all__ = ["Folder", "Report", "publish", "publish_static"]
