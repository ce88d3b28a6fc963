-- Second factors of people, their recovery codes, and webhooks.

CREATE TABLE second_factors (
    user_id TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id),
    secret TEXT NOT NULL,
    made_us BIGINT NOT NULL,
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    hash TEXT COLLATE "C" PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES second_factors (user_id),
    used_us BIGINT
);
CREATE INDEX recovery_codes_by_user ON recovery_codes (user_id);

CREATE TABLE webhooks (
    id TEXT COLLATE "C" PRIMARY KEY,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    signing_key TEXT NOT NULL,
    made_us BIGINT NOT NULL,
    removed_us BIGINT
);
