-- Moments are microseconds since 1970, UTC. Texts named body, settings, scopes, assignees, viewers
-- are JSON.

CREATE TABLE organisations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    disabled_us INTEGER,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE support_groups (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    organisation TEXT NOT NULL REFERENCES organisations (id),
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    identity TEXT UNIQUE,
    password_hash TEXT,
    disabled_us INTEGER,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX users_by_organisation ON users (organisation, id);

CREATE TABLE user_groups (
    user_id TEXT NOT NULL REFERENCES users (id),
    group_id TEXT NOT NULL REFERENCES support_groups (id),
    PRIMARY KEY (user_id, group_id)
) STRICT;

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    begun_us INTEGER NOT NULL,
    authenticated_us INTEGER NOT NULL,
    seen_us INTEGER NOT NULL,
    idle_until_us INTEGER NOT NULL,
    ends_us INTEGER NOT NULL,
    revoked_us INTEGER
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (ends_us);

CREATE TABLE api_tokens (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    made_us INTEGER NOT NULL,
    ends_us INTEGER NOT NULL,
    seen_us INTEGER,
    revoked_us INTEGER
) STRICT;
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

CREATE TABLE login_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    succeeded INTEGER NOT NULL
) STRICT;
CREATE INDEX login_attempts_by_account ON login_attempts (account, at_us);
CREATE INDEX login_attempts_by_address ON login_attempts (address, at_us);
CREATE INDEX login_attempts_by_time ON login_attempts (at_us);

CREATE TABLE links (
    hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    body TEXT NOT NULL,
    made_us INTEGER NOT NULL,
    ends_us INTEGER NOT NULL,
    used_us INTEGER
) STRICT;
CREATE INDEX links_by_end ON links (ends_us);

CREATE TABLE rules (
    version INTEGER PRIMARY KEY,
    at_us INTEGER NOT NULL,
    by_user TEXT,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    last_digest TEXT NOT NULL,
    title TEXT NOT NULL,
    organisation TEXT NOT NULL REFERENCES organisations (id),
    state TEXT NOT NULL,
    assignees TEXT NOT NULL,
    first_assignee TEXT NOT NULL,
    viewers TEXT NOT NULL,
    support_group TEXT NOT NULL,
    due_us INTEGER NOT NULL,
    opened_us INTEGER NOT NULL,
    changed_us INTEGER NOT NULL
) STRICT;
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
    case_id TEXT PRIMARY KEY REFERENCES cases (id),
    body TEXT NOT NULL
) STRICT;

CREATE TABLE case_people (
    case_id TEXT NOT NULL REFERENCES cases (id),
    user_id TEXT NOT NULL,
    is_assigned INTEGER NOT NULL,
    PRIMARY KEY (user_id, case_id)
) STRICT;
CREATE INDEX case_people_by_case ON case_people (case_id);

-- Everything that happened, one chain; those of a case are a second chain within it.
CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    at_us INTEGER NOT NULL,
    kind TEXT NOT NULL,
    by_user TEXT,
    organisation TEXT,
    address TEXT,
    body TEXT NOT NULL,
    case_id TEXT,
    case_sequence INTEGER,
    case_previous TEXT,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_by_case ON audit (case_id, case_sequence) WHERE case_id IS NOT NULL;
CREATE INDEX audit_by_user ON audit (by_user, sequence) WHERE by_user IS NOT NULL;
CREATE INDEX audit_by_organisation ON audit (organisation, sequence)
    WHERE organisation IS NOT NULL;

CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (one, sequence, digest) VALUES
    (1, 0, 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    entry_key TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    made_us INTEGER NOT NULL,
    due_us INTEGER NOT NULL,
    lease_until_us INTEGER,
    last_error TEXT,
    ended_us INTEGER,
    UNIQUE (channel, entry_key)
) STRICT;
CREATE INDEX outbox_by_due ON outbox (channel, due_us, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX outbox_by_state ON outbox (channel, state, id);

CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    case_id TEXT,
    events INTEGER NOT NULL,
    last_digest TEXT NOT NULL,
    changed_us INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_case ON runs (case_id, run) WHERE case_id IS NOT NULL;

CREATE TABLE run_events (
    run TEXT NOT NULL REFERENCES runs (run),
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, sequence)
) STRICT;

CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
-- REPLACE would delete without the trigger for it.
CREATE TRIGGER audit_has_no_gaps BEFORE INSERT ON audit
    WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER run_events_are_never_changed BEFORE UPDATE ON run_events
    BEGIN SELECT RAISE(ABORT, 'run_events is append-only'); END;
CREATE TRIGGER run_events_are_never_deleted BEFORE DELETE ON run_events
    BEGIN SELECT RAISE(ABORT, 'run_events is append-only'); END;
CREATE TRIGGER run_events_have_no_gaps BEFORE INSERT ON run_events
    WHEN NEW.sequence <>
        (SELECT COALESCE(MAX(sequence), 0) + 1 FROM run_events WHERE run = NEW.run)
    BEGIN SELECT RAISE(ABORT, 'run_events is append-only'); END;
CREATE TRIGGER rules_are_never_changed BEFORE UPDATE ON rules
    BEGIN SELECT RAISE(ABORT, 'rules is append-only'); END;
CREATE TRIGGER rules_are_never_deleted BEFORE DELETE ON rules
    BEGIN SELECT RAISE(ABORT, 'rules is append-only'); END;
CREATE TRIGGER rules_have_no_gaps BEFORE INSERT ON rules
    WHEN NEW.version <> (SELECT COALESCE(MAX(version), 0) + 1 FROM rules)
    BEGIN SELECT RAISE(ABORT, 'rules is append-only'); END;
