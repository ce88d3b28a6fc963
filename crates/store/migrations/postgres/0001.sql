-- Moments are microseconds since 1970, UTC. Texts are compared by bytes, as SQLite does; those
-- named body, settings, scopes, assignees, viewers are JSON.

CREATE TABLE organisations (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    settings TEXT NOT NULL,
    disabled_us BIGINT,
    version BIGINT NOT NULL
);

CREATE TABLE support_groups (
    id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE users (
    id TEXT COLLATE "C" PRIMARY KEY,
    organisation TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    role TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL UNIQUE,
    identity TEXT COLLATE "C" UNIQUE,
    password_hash TEXT,
    disabled_us BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX users_by_organisation ON users (organisation, id);

CREATE TABLE user_groups (
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    group_id TEXT COLLATE "C" NOT NULL REFERENCES support_groups (id),
    PRIMARY KEY (user_id, group_id)
);

CREATE TABLE sessions (
    hash TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    address TEXT COLLATE "C" NOT NULL,
    agent TEXT COLLATE "C" NOT NULL,
    begun_us BIGINT NOT NULL,
    authenticated_us BIGINT NOT NULL,
    seen_us BIGINT NOT NULL,
    idle_until_us BIGINT NOT NULL,
    ends_us BIGINT NOT NULL,
    revoked_us BIGINT
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (ends_us);

CREATE TABLE api_tokens (
    id TEXT COLLATE "C" PRIMARY KEY,
    hash TEXT COLLATE "C" NOT NULL UNIQUE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    name TEXT COLLATE "C" NOT NULL,
    scopes TEXT NOT NULL,
    made_us BIGINT NOT NULL,
    ends_us BIGINT NOT NULL,
    seen_us BIGINT,
    revoked_us BIGINT
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

CREATE TABLE login_attempts (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    at_us BIGINT NOT NULL,
    succeeded BIGINT NOT NULL
);
CREATE INDEX login_attempts_by_account ON login_attempts (account, at_us);
CREATE INDEX login_attempts_by_address ON login_attempts (address, at_us);
CREATE INDEX login_attempts_by_time ON login_attempts (at_us);

CREATE TABLE links (
    hash TEXT COLLATE "C" PRIMARY KEY,
    purpose TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    made_us BIGINT NOT NULL,
    ends_us BIGINT NOT NULL,
    used_us BIGINT
);
CREATE INDEX links_by_end ON links (ends_us);

CREATE TABLE rules (
    version BIGINT PRIMARY KEY,
    at_us BIGINT NOT NULL,
    by_user TEXT COLLATE "C",
    body TEXT NOT NULL
);

CREATE TABLE cases (
    id TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL,
    last_digest TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    organisation TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
    state TEXT COLLATE "C" NOT NULL,
    assignees TEXT NOT NULL,
    first_assignee TEXT COLLATE "C" NOT NULL,
    viewers TEXT NOT NULL,
    support_group TEXT COLLATE "C" NOT NULL,
    due_us BIGINT NOT NULL,
    opened_us BIGINT NOT NULL,
    changed_us BIGINT NOT NULL
);
CREATE INDEX cases_by_due ON cases (due_us, id);
CREATE INDEX cases_by_opening ON cases (opened_us, id);
CREATE INDEX cases_by_change ON cases (changed_us, id);
CREATE INDEX cases_by_organisation ON cases (organisation, id);
CREATE INDEX cases_by_organisation_and_due ON cases (organisation, due_us, id);
CREATE INDEX cases_by_organisation_and_opening ON cases (organisation, opened_us, id);
CREATE INDEX cases_by_organisation_and_change ON cases (organisation, changed_us, id);
CREATE INDEX cases_by_state ON cases (state, id);
CREATE INDEX cases_by_state_and_due ON cases (state, due_us, id);
CREATE INDEX cases_by_state_and_change ON cases (state, changed_us, id);
CREATE INDEX cases_by_assignee ON cases (first_assignee, id);
CREATE INDEX cases_by_group ON cases (support_group, id);
CREATE INDEX cases_by_group_and_due ON cases (support_group, due_us, id);

-- Apart, so that lists read little.
CREATE TABLE case_snapshots (
    case_id TEXT COLLATE "C" PRIMARY KEY REFERENCES cases (id),
    body TEXT NOT NULL
);

CREATE TABLE case_people (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES cases (id),
    user_id TEXT COLLATE "C" NOT NULL,
    is_assigned BIGINT NOT NULL,
    PRIMARY KEY (user_id, case_id)
);
CREATE INDEX case_people_by_case ON case_people (case_id);

-- Everything that happened, one chain; those of a case are a second chain within it.
CREATE TABLE audit (
    sequence BIGINT PRIMARY KEY,
    at_us BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    by_user TEXT COLLATE "C",
    organisation TEXT COLLATE "C",
    address TEXT COLLATE "C",
    body TEXT NOT NULL,
    case_id TEXT COLLATE "C",
    case_sequence BIGINT,
    case_previous TEXT COLLATE "C",
    previous TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX audit_by_case ON audit (case_id, case_sequence) WHERE case_id IS NOT NULL;
CREATE INDEX audit_by_user ON audit (by_user, sequence) WHERE by_user IS NOT NULL;
CREATE INDEX audit_by_organisation ON audit (organisation, sequence)
    WHERE organisation IS NOT NULL;

CREATE TABLE audit_head (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    sequence BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL
);
INSERT INTO audit_head (one, sequence, digest) VALUES
    (1, 0, 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

CREATE TABLE outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel TEXT COLLATE "C" NOT NULL,
    entry_key TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    attempt BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    made_us BIGINT NOT NULL,
    due_us BIGINT NOT NULL,
    lease_until_us BIGINT,
    last_error TEXT,
    ended_us BIGINT,
    UNIQUE (channel, entry_key)
);
CREATE INDEX outbox_by_due ON outbox (channel, due_us, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX outbox_by_state ON outbox (channel, state, id);

CREATE TABLE runs (
    run TEXT COLLATE "C" PRIMARY KEY,
    case_id TEXT COLLATE "C",
    events BIGINT NOT NULL,
    last_digest TEXT COLLATE "C" NOT NULL,
    changed_us BIGINT NOT NULL
);
CREATE INDEX runs_by_case ON runs (case_id, run) WHERE case_id IS NOT NULL;

CREATE TABLE run_events (
    run TEXT COLLATE "C" NOT NULL REFERENCES runs (run),
    sequence BIGINT NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END;
$$;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER run_events_are_never_changed BEFORE UPDATE OR DELETE ON run_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER run_events_are_never_emptied BEFORE TRUNCATE ON run_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rules_are_never_changed BEFORE UPDATE OR DELETE ON rules
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rules_are_never_emptied BEFORE TRUNCATE ON rules
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
