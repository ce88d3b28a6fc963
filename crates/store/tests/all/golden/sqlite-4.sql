PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE schema_version (version INTEGER NOT NULL) STRICT;
INSERT INTO schema_version VALUES(4);
CREATE TABLE organisations (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    disabled_us INTEGER,
    version INTEGER NOT NULL
) STRICT;
INSERT INTO organisations VALUES('acme','The acme','{"plan":"platinum"}',NULL,1);
CREATE TABLE support_groups (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;
INSERT INTO support_groups VALUES('north','North',1);
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
INSERT INTO users VALUES('ann','acme','customer','ann of Acme','ann@acme.example','ann@acme.example',NULL,'$argon2id$not-one',NULL,1);
INSERT INTO users VALUES('bob','acme','customer','bob of Acme','bob@acme.example','bob@acme.example','https://id.example|42','$argon2id$not-one',NULL,1);
CREATE TABLE user_groups (
    user_id TEXT NOT NULL REFERENCES users (id),
    group_id TEXT NOT NULL REFERENCES support_groups (id),
    PRIMARY KEY (user_id, group_id)
) STRICT;
INSERT INTO user_groups VALUES('bob','north');
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
INSERT INTO sessions VALUES('3f3af1ecebbd1410ab417ec0d27bbfcb5d340e177ae159b59fc8626c2dfd9175','ann','192.0.2.7','Browser',1900000005000000,1900000005000000,1900000005000000,1900000100000000,1900001000000000,NULL);
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
INSERT INTO api_tokens VALUES('t1','3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0','bob','nightly','["cases:read"]',1900000006000000,1900001000000000,NULL,NULL);
CREATE TABLE login_attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    at_us INTEGER NOT NULL,
    succeeded INTEGER NOT NULL
) STRICT;
INSERT INTO login_attempts VALUES(1,'ann','192.0.2.7',1900000005000000,0);
CREATE TABLE links (
    hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    body TEXT NOT NULL,
    made_us INTEGER NOT NULL,
    ends_us INTEGER NOT NULL,
    used_us INTEGER
) STRICT;
INSERT INTO links VALUES('b1b1bdb480c61d075300d9bff7d9cb69cf31695ea048e478facadf426e8d0fb0','password','"ann"',1900000007000000,1900001000000000,NULL);
CREATE TABLE rules (
    version INTEGER PRIMARY KEY,
    at_us INTEGER NOT NULL,
    by_user TEXT,
    body TEXT NOT NULL
) STRICT;
INSERT INTO rules VALUES(1,1900000002000000,'ann','"rules"');
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
, deadline TEXT NOT NULL DEFAULT '', shown TEXT NOT NULL DEFAULT 'null') STRICT;
INSERT INTO cases VALUES('c1',3,'sha256:163b27c94e1abbcf35333d21ef171156a7b9a535cf23408a68c48aeb38f71f26','[Acme] - Platinum Services Request: Managed Upgrade','acme','open','["bob","eve"]','bob','["ann","bob"]','north',1900086400000000,1900000000000000,1900000003000000,'','null');
INSERT INTO cases VALUES('c2',1,'sha256:48ce7f1d9a25a708c08a32aa50e2d3aa58df50494bb9a21f072e4fb3e54684e1','[Acme] - Platinum Services Request: Managed Upgrade','acme','open','["bob","eve"]','bob','["ann","bob"]','north',1900086400000000,1900000000000000,1900000001000000,'','null');
CREATE TABLE case_snapshots (
    case_id TEXT PRIMARY KEY REFERENCES cases (id),
    body TEXT NOT NULL
) STRICT;
INSERT INTO case_snapshots VALUES('c1','{"events":3}');
INSERT INTO case_snapshots VALUES('c2','{"events":1}');
CREATE TABLE case_people (
    case_id TEXT NOT NULL REFERENCES cases (id),
    user_id TEXT NOT NULL,
    is_assigned INTEGER NOT NULL,
    PRIMARY KEY (user_id, case_id)
) STRICT;
INSERT INTO case_people VALUES('c1','ann',0);
INSERT INTO case_people VALUES('c1','bob',1);
INSERT INTO case_people VALUES('c1','eve',1);
INSERT INTO case_people VALUES('c2','ann',0);
INSERT INTO case_people VALUES('c2','bob',1);
INSERT INTO case_people VALUES('c2','eve',1);
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
INSERT INTO audit VALUES(1,1900000000000000,'organisation-made','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"organisation-made"}',NULL,NULL,NULL,'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','sha256:bcf3ca685232ff29e6a8b2f3c66d61343287d0c51a9e0459d105a7bc94d8b87f');
INSERT INTO audit VALUES(2,1900000000000000,'user-made','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"user-made"}',NULL,NULL,NULL,'sha256:bcf3ca685232ff29e6a8b2f3c66d61343287d0c51a9e0459d105a7bc94d8b87f','sha256:d31a2303fe145eba67b9f38af4944fd216d273b6018bfdb2fe3debd7dee69240');
INSERT INTO audit VALUES(3,1900000001000000,'group-made','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"group-made"}',NULL,NULL,NULL,'sha256:d31a2303fe145eba67b9f38af4944fd216d273b6018bfdb2fe3debd7dee69240','sha256:a741dbdb7203252112edf1c336663b12c1bb73d8e8f543afef80ea715e40268a');
INSERT INTO audit VALUES(4,1900000001000000,'user-made','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"user-made"}',NULL,NULL,NULL,'sha256:a741dbdb7203252112edf1c336663b12c1bb73d8e8f543afef80ea715e40268a','sha256:3c82926e0508ac36d8a8481a9d7b6313d1f62f6e27ac7abac5777f9c7cf56d6d');
INSERT INTO audit VALUES(5,1900000002000000,'rules','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"rules"}',NULL,NULL,NULL,'sha256:3c82926e0508ac36d8a8481a9d7b6313d1f62f6e27ac7abac5777f9c7cf56d6d','sha256:aa5278f4cc653fd33384092c46e7bf166b55754b3f3725301402224bb88841be');
INSERT INTO audit VALUES(6,1900000001000000,'happened','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"happened"}','c1',1,'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','sha256:aa5278f4cc653fd33384092c46e7bf166b55754b3f3725301402224bb88841be','sha256:36a8d529c2c44eb1cb72537ffb65e62cc689edabcd68899219ffc1ee7ab190db');
INSERT INTO audit VALUES(7,1900000002000000,'happened','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"happened"}','c1',2,'sha256:36a8d529c2c44eb1cb72537ffb65e62cc689edabcd68899219ffc1ee7ab190db','sha256:36a8d529c2c44eb1cb72537ffb65e62cc689edabcd68899219ffc1ee7ab190db','sha256:74c771da078d192b5a64b640efe47c92e958c67adc77f63c8dd46a5dc9b3812c');
INSERT INTO audit VALUES(8,1900000003000000,'happened','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"happened"}','c1',3,'sha256:74c771da078d192b5a64b640efe47c92e958c67adc77f63c8dd46a5dc9b3812c','sha256:74c771da078d192b5a64b640efe47c92e958c67adc77f63c8dd46a5dc9b3812c','sha256:163b27c94e1abbcf35333d21ef171156a7b9a535cf23408a68c48aeb38f71f26');
INSERT INTO audit VALUES(9,1900000001000000,'happened','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"happened"}','c2',1,'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','sha256:163b27c94e1abbcf35333d21ef171156a7b9a535cf23408a68c48aeb38f71f26','sha256:48ce7f1d9a25a708c08a32aa50e2d3aa58df50494bb9a21f072e4fb3e54684e1');
INSERT INTO audit VALUES(10,1900000005000000,'login','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"login"}',NULL,NULL,NULL,'sha256:48ce7f1d9a25a708c08a32aa50e2d3aa58df50494bb9a21f072e4fb3e54684e1','sha256:41028793b2fae2e2702abf943ebc45e580323ba13373aa7ea296940bba83ac5e');
INSERT INTO audit VALUES(11,1900000006000000,'token-made','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"token-made"}',NULL,NULL,NULL,'sha256:41028793b2fae2e2702abf943ebc45e580323ba13373aa7ea296940bba83ac5e','sha256:1e0060a7c1271af19debdd3dd072b4a684f557b7eba681e478fb3021ee195d3c');
INSERT INTO audit VALUES(12,1900000007000000,'link-made','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"link-made"}',NULL,NULL,NULL,'sha256:1e0060a7c1271af19debdd3dd072b4a684f557b7eba681e478fb3021ee195d3c','sha256:b85a9354460709bbb987502a76a5dd36cd49b3b32824e9884daa2a9f0e79f964');
INSERT INTO audit VALUES(13,1900000007000000,'second-factor-added','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"second-factor-added"}',NULL,NULL,NULL,'sha256:b85a9354460709bbb987502a76a5dd36cd49b3b32824e9884daa2a9f0e79f964','sha256:b5df095f3cdcb5c00bd7d81d2e3ac361f26725f776dd3451574c248698a08608');
INSERT INTO audit VALUES(14,1900000007000000,'webhook-made','ann','acme','192.0.2.7','{"quote":"\"","umlaut":"ä","what":"webhook-made"}',NULL,NULL,NULL,'sha256:b5df095f3cdcb5c00bd7d81d2e3ac361f26725f776dd3451574c248698a08608','sha256:25c7dd464ce1c37a0d61244cd339a8ba8f1f8c54a239f398534f7aa9a9050dca');
CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL
) STRICT;
INSERT INTO audit_head VALUES(1,14,'sha256:25c7dd464ce1c37a0d61244cd339a8ba8f1f8c54a239f398534f7aa9a9050dca');
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
INSERT INTO outbox VALUES(1,'mail','c1/1','{"key":"c1/1","to":"ann@acme.example"}','sent',1,1,1900000003000000,1900000000000000,NULL,NULL,1900000008000000);
INSERT INTO outbox VALUES(2,'mail','c1/2','{"key":"c1/2","to":"ann@acme.example"}','dead',1,1,1900000003000000,1900000000000000,NULL,'refused',1900000008000000);
INSERT INTO outbox VALUES(3,'mail','c1/3','{"key":"c1/3","to":"ann@acme.example"}','claimed',1,1,1900000003000000,1900000000000000,1900000068000000,NULL,NULL);
INSERT INTO outbox VALUES(4,'mail','c2/1','{"key":"c2/1","to":"ann@acme.example"}','waiting',0,0,1900000001000000,1900000000000000,NULL,NULL,NULL);
CREATE TABLE runs (
    run TEXT PRIMARY KEY,
    case_id TEXT,
    events INTEGER NOT NULL,
    last_digest TEXT NOT NULL,
    changed_us INTEGER NOT NULL
) STRICT;
INSERT INTO runs VALUES('staging-1','c1',2,'sha256:b30002c85e887a88663655e80fd5fe4cb9260b7f4dde53beef51f2cdd507757a',1900000004000000);
CREATE TABLE run_events (
    run TEXT NOT NULL REFERENCES runs (run),
    sequence INTEGER NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, sequence)
) STRICT;
INSERT INTO run_events VALUES('staging-1',1,'sha256:2f059ea1d4a8e42e6511a2acbfcf08e7aa75b8223851341e2f4de3235c07cb6b','"begun 1"');
INSERT INTO run_events VALUES('staging-1',2,'sha256:b30002c85e887a88663655e80fd5fe4cb9260b7f4dde53beef51f2cdd507757a','"done 2"');
CREATE TABLE second_factors (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    secret TEXT NOT NULL,
    made_us INTEGER NOT NULL,
    last_step INTEGER NOT NULL
) STRICT;
INSERT INTO second_factors VALUES('bob','1.S1zOBD36t4dTFxeijrfl5gkf8xbn+LCNLW9D6pCFEWDM0qZd8LTcjgjlDtou6MpwlMOngJy93cCMfXuV',1900000007000000,7);
CREATE TABLE recovery_codes (
    hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES second_factors (user_id),
    used_us INTEGER
) STRICT;
INSERT INTO recovery_codes VALUES('8c585378513f5f7a2e1456ee54042605fdb890392becefadd2ab180fd02fb341','bob',NULL);
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    signing_key TEXT NOT NULL,
    made_us INTEGER NOT NULL,
    removed_us INTEGER
) STRICT;
INSERT INTO webhooks VALUES('w1','https://hooks.example/1','["case-moved"]','1.dIz+9YONoZMh6oA0ebYKPpRTklvWlat3AWYdL+tcbg',1900000007000000,NULL);
CREATE TABLE secrets_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    probe TEXT NOT NULL
) STRICT;
INSERT INTO secrets_key VALUES(1,'1.AWCAC60RIzFCSRyejj7nzpQQjQf5kYL+6DQd7Qu9Z3QD');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('outbox',4);
INSERT INTO sqlite_sequence VALUES('login_attempts',1);
CREATE INDEX users_by_organisation ON users (organisation, id);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (ends_us);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);
CREATE INDEX login_attempts_by_account ON login_attempts (account, at_us);
CREATE INDEX login_attempts_by_address ON login_attempts (address, at_us);
CREATE INDEX login_attempts_by_time ON login_attempts (at_us);
CREATE INDEX links_by_end ON links (ends_us);
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
CREATE INDEX case_people_by_case ON case_people (case_id);
CREATE UNIQUE INDEX audit_by_case ON audit (case_id, case_sequence) WHERE case_id IS NOT NULL;
CREATE INDEX audit_by_user ON audit (by_user, sequence) WHERE by_user IS NOT NULL;
CREATE INDEX audit_by_organisation ON audit (organisation, sequence)
    WHERE organisation IS NOT NULL;
CREATE INDEX outbox_by_due ON outbox (channel, due_us, id) WHERE state IN ('waiting', 'claimed');
CREATE INDEX outbox_by_state ON outbox (channel, state, id);
CREATE INDEX runs_by_case ON runs (case_id, run) WHERE case_id IS NOT NULL;
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
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
CREATE INDEX cases_by_deadline ON cases (deadline, id);
CREATE INDEX cases_by_title ON cases (title, id);
CREATE INDEX recovery_codes_by_user ON recovery_codes (user_id);
COMMIT;
