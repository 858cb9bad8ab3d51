-- Who was given which level of access.

CREATE TABLE IF NOT EXISTS @partnership@.access_grant (
    role_name text PRIMARY KEY,
    level text NOT NULL CHECK (level IN ('published', 'analyst', 'personal', 'loader', 'owner')),
    granted_at timestamptz NOT NULL DEFAULT now(),
    granted_by text NOT NULL DEFAULT current_user
);
COMMENT ON TABLE @partnership@.access_grant IS 'Levels of access given by csp.grant_partnership, one row per role; change them by that function';
COMMENT ON COLUMN @partnership@.access_grant.role_name IS 'Database role, or public';
COMMENT ON COLUMN @partnership@.access_grant.level IS 'published, analyst, personal, loader or owner';
COMMENT ON COLUMN @partnership@.access_grant.granted_at IS 'When it was given';
COMMENT ON COLUMN @partnership@.access_grant.granted_by IS 'Role that gave it';
