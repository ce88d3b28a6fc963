-- A text that was encrypted under the key of the secrets in these records: what shows whether a key
-- is the one. As long as there is none, they are plain text, and are encrypted when it is made.

CREATE TABLE secrets_key (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    probe TEXT NOT NULL
) STRICT;
