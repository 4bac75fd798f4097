"""first_schema"""

import sqlalchemy as sa
from alembic import op

from cms.db import UTCDateTime

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = ("default",)
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "author",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credentials", sa.JSON(), nullable=False),
        sa.Column("bio", sa.Text(), nullable=False),
        sa.Column("bio_html", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=200), nullable=True),
        sa.Column("same_as", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_author")),
        sa.UniqueConstraint("slug", name=op.f("uq_author_slug")),
    )
    op.create_table(
        "concept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("concept", sa.String(length=200), nullable=False),
        sa.Column("say", sa.JSON(), nullable=False),
        sa.Column("means", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept")),
        sa.UniqueConstraint("concept", name=op.f("uq_concept_concept")),
    )
    op.create_table(
        "exercise",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("dose", sa.JSON(), nullable=False),
        sa.Column("stop_if", sa.Text(), nullable=False),
        sa.Column("picture", sa.String(length=200), nullable=True),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise")),
    )
    op.create_table(
        "journal",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_journal_post_id"), "journal", ["post_id"], unique=False)
    op.create_table(
        "picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("upload_digest", sa.String(length=64), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("focal_x", sa.Double(), nullable=True),
        sa.Column("focal_y", sa.Double(), nullable=True),
        sa.Column("colour", sa.String(length=7), nullable=False),
        sa.Column("blurhash", sa.String(length=60), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_picture_name")),
    )
    op.create_index(op.f("ix_picture_digest"), "picture", ["digest"], unique=False)
    op.create_index(op.f("ix_picture_upload_digest"), "picture", ["upload_digest"], unique=False)
    op.create_table(
        "redirect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("target", sa.String(length=500), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redirect")),
        sa.UniqueConstraint("kind", "source", name=op.f("uq_redirect_kind_source")),
    )
    op.create_table(
        "search_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "query", name=op.f("pk_search_count")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_account"), "sign_in_failure", ["account"], unique=False)
    op.create_index(op.f("ix_sign_in_failure_address"), "sign_in_failure", ["address"], unique=False)
    op.create_index(op.f("ix_sign_in_failure_at"), "sign_in_failure", ["at"], unique=False)
    op.create_table(
        "site_value",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_value")),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("slug", name=op.f("uq_tag_slug")),
    )
    op.create_table(
        "editor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name=op.f("fk_editor_author_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editor")),
        sa.UniqueConstraint("email", name=op.f("uq_editor_email")),
    )
    op.create_table(
        "post",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("updated_at", UTCDateTime(), nullable=True),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("came_due", sa.Boolean(), nullable=False),
        sa.Column("live_id", sa.Integer(), nullable=True),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("undo", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cover", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("featured", sa.Boolean(), nullable=False),
        sa.Column("reading_time", sa.Integer(), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("references", sa.JSON(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("seo", sa.JSON(), nullable=False),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("last_reviewed_at", sa.Date(), nullable=True),
        sa.Column("next_review_due", sa.Date(), nullable=True),
        sa.Column("pinned", sa.JSON(), nullable=False),
        sa.Column("excluded", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_post_state")),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["author.id"], name=op.f("fk_post_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("slug", name=op.f("uq_post_slug")),
    )
    op.create_index(
        "ix_post_public",
        "post",
        ["published_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'published' AND deleted_at IS NULL"),
        postgresql_where=sa.text("state = 'published' AND deleted_at IS NULL"),
    )
    op.create_table(
        "tag_name",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_alias", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_name_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tag_name")),
    )
    op.create_index(op.f("ix_tag_name_tag_id"), "tag_name", ["tag_id"], unique=False)
    op.create_table(
        "editor_session",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("browser", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editor.id"], name=op.f("fk_editor_session_editor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_editor_session")),
    )
    op.create_index(op.f("ix_editor_session_editor_id"), "editor_session", ["editor_id"], unique=False)
    op.create_table(
        "library_file",
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("stamps", sa.JSON(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_library_file_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_library_file")),
    )
    op.create_index(op.f("ix_library_file_post_id"), "library_file", ["post_id"], unique=False)
    op.create_table(
        "one_time_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editor.id"], name=op.f("fk_one_time_link_editor_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_link")),
    )
    op.create_table(
        "post_author",
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["author.id"], name=op.f("fk_post_author_author_id")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_author_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "author_id", name=op.f("pk_post_author")),
    )
    op.create_index(op.f("ix_post_author_author_id"), "post_author", ["author_id"], unique=False)
    op.create_table(
        "post_hashtag",
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_hashtag_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "key", name=op.f("pk_post_hashtag")),
    )
    op.create_index(op.f("ix_post_hashtag_key"), "post_hashtag", ["key"], unique=False)
    op.create_table(
        "post_tag",
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_hashtag", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_post_tag_post_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_post_tag_tag_id")),
        sa.PrimaryKeyConstraint("post_id", "tag_id", name=op.f("pk_post_tag")),
    )
    op.create_index(op.f("ix_post_tag_tag_id"), "post_tag", ["tag_id"], unique=False)
    op.create_table(
        "preview_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_preview_link_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_preview_link")),
    )
    op.create_index(op.f("ix_preview_link_post_id"), "preview_link", ["post_id"], unique=False)
    op.create_table(
        "related_post",
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("other_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_id"], ["post.id"], name=op.f("fk_related_post_other_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_related_post_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "other_id", name=op.f("pk_related_post")),
    )
    op.create_index(op.f("ix_related_post_other_id"), "related_post", ["other_id"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("saved_at", UTCDateTime(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("editor_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("clean", sa.Text(), nullable=True),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editor.id"], name=op.f("fk_revision_editor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_revision_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_revision_post_id"), "revision", ["post_id"], unique=False)
    op.create_table(
        "search_pin",
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("post_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_search_pin_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("query", "post_id", name=op.f("pk_search_pin")),
    )
    if op.get_bind().dialect.name != "sqlite":  # SQLite cannot add a constraint to a table that exists
        op.create_foreign_key("fk_post_live", "post", "revision", ["live_id"], ["id"])
        op.create_foreign_key("fk_post_draft", "post", "revision", ["draft_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_post_live", "post")
        op.drop_constraint("fk_post_draft", "post")
    op.drop_table("search_pin")
    op.drop_index(op.f("ix_revision_post_id"), table_name="revision")
    op.drop_table("revision")
    op.drop_index(op.f("ix_related_post_other_id"), table_name="related_post")
    op.drop_table("related_post")
    op.drop_index(op.f("ix_preview_link_post_id"), table_name="preview_link")
    op.drop_table("preview_link")
    op.drop_index(op.f("ix_post_tag_tag_id"), table_name="post_tag")
    op.drop_table("post_tag")
    op.drop_index(op.f("ix_post_hashtag_key"), table_name="post_hashtag")
    op.drop_table("post_hashtag")
    op.drop_index(op.f("ix_post_author_author_id"), table_name="post_author")
    op.drop_table("post_author")
    op.drop_table("one_time_link")
    op.drop_index(op.f("ix_library_file_post_id"), table_name="library_file")
    op.drop_table("library_file")
    op.drop_index(op.f("ix_editor_session_editor_id"), table_name="editor_session")
    op.drop_table("editor_session")
    op.drop_index(op.f("ix_tag_name_tag_id"), table_name="tag_name")
    op.drop_table("tag_name")
    op.drop_index("ix_post_public", table_name="post")
    op.drop_table("post")
    op.drop_table("editor")
    op.drop_table("tag")
    op.drop_table("site_value")
    op.drop_index(op.f("ix_sign_in_failure_at"), table_name="sign_in_failure")
    op.drop_index(op.f("ix_sign_in_failure_address"), table_name="sign_in_failure")
    op.drop_index(op.f("ix_sign_in_failure_account"), table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_table("search_count")
    op.drop_table("redirect")
    op.drop_index(op.f("ix_picture_upload_digest"), table_name="picture")
    op.drop_index(op.f("ix_picture_digest"), table_name="picture")
    op.drop_table("picture")
    op.drop_index(op.f("ix_journal_post_id"), table_name="journal")
    op.drop_table("journal")
    op.drop_table("exercise")
    op.drop_table("concept")
    op.drop_table("author")
