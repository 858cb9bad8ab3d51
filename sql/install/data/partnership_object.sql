-- The definitions that create_partnership lays out, one row per file of sql/partnership, in the order of what they read.
-- The build appends the rows; an update script replaces them.
CREATE TABLE csp.partnership_object (
    kind        text NOT NULL CHECK (kind IN ('table', 'view')),
    name        text NOT NULL,
    position    integer NOT NULL UNIQUE,
    definition  text NOT NULL,
    PRIMARY KEY (kind, name)
);
COMMENT ON TABLE csp.partnership_object IS
    'The definitions of a partnership''s tables and product views, as create_partnership and upgrade_partnership run them. Internal; one row per file.';
COMMENT ON COLUMN csp.partnership_object.kind IS 'table or view: tables are laid out first';
COMMENT ON COLUMN csp.partnership_object.name IS 'File stem';
COMMENT ON COLUMN csp.partnership_object.position IS 'Order in which objects are laid out within their kind: each after what it reads';
COMMENT ON COLUMN csp.partnership_object.definition IS
    'Idempotent SQL in which @partnership@, @postgis@, @srid@ and @time_zone@ stand for the partnership''s schema, the schema of PostGIS, and the settings';
