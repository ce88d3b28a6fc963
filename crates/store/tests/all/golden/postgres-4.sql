--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END;
$$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: api_tokens; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_tokens (
    id text NOT NULL COLLATE pg_catalog."C",
    hash text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    scopes text NOT NULL,
    made_us bigint NOT NULL,
    ends_us bigint NOT NULL,
    seen_us bigint,
    revoked_us bigint
);


--
-- Name: audit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit (
    sequence bigint NOT NULL,
    at_us bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    by_user text COLLATE pg_catalog."C",
    organisation text COLLATE pg_catalog."C",
    address text COLLATE pg_catalog."C",
    body text NOT NULL,
    case_id text COLLATE pg_catalog."C",
    case_sequence bigint,
    case_previous text COLLATE pg_catalog."C",
    previous text NOT NULL COLLATE pg_catalog."C",
    digest text NOT NULL COLLATE pg_catalog."C"
);


--
-- Name: audit_head; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_head (
    one bigint NOT NULL,
    sequence bigint NOT NULL,
    digest text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT audit_head_one_check CHECK ((one = 1))
);


--
-- Name: case_people; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.case_people (
    case_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    is_assigned bigint NOT NULL
);


--
-- Name: case_snapshots; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.case_snapshots (
    case_id text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL
);


--
-- Name: cases; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cases (
    id text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    last_digest text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL COLLATE pg_catalog."C",
    organisation text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL COLLATE pg_catalog."C",
    assignees text NOT NULL,
    first_assignee text NOT NULL COLLATE pg_catalog."C",
    viewers text NOT NULL,
    support_group text NOT NULL COLLATE pg_catalog."C",
    due_us bigint NOT NULL,
    opened_us bigint NOT NULL,
    changed_us bigint NOT NULL,
    deadline text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    shown text DEFAULT 'null'::text NOT NULL
);


--
-- Name: links; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.links (
    hash text NOT NULL COLLATE pg_catalog."C",
    purpose text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL,
    made_us bigint NOT NULL,
    ends_us bigint NOT NULL,
    used_us bigint
);


--
-- Name: login_attempts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.login_attempts (
    id bigint NOT NULL,
    account text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    at_us bigint NOT NULL,
    succeeded bigint NOT NULL
);


--
-- Name: login_attempts_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.login_attempts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.login_attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: organisations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organisations (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    settings text NOT NULL,
    disabled_us bigint,
    version bigint NOT NULL
);


--
-- Name: outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox (
    id bigint NOT NULL,
    channel text NOT NULL COLLATE pg_catalog."C",
    entry_key text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    attempt bigint NOT NULL,
    tries bigint NOT NULL,
    made_us bigint NOT NULL,
    due_us bigint NOT NULL,
    lease_until_us bigint,
    last_error text,
    ended_us bigint
);


--
-- Name: outbox_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: recovery_codes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recovery_codes (
    hash text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    used_us bigint
);


--
-- Name: rules; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.rules (
    version bigint NOT NULL,
    at_us bigint NOT NULL,
    by_user text COLLATE pg_catalog."C",
    body text NOT NULL
);


--
-- Name: run_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.run_events (
    run text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    digest text NOT NULL COLLATE pg_catalog."C",
    body text NOT NULL
);


--
-- Name: runs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.runs (
    run text NOT NULL COLLATE pg_catalog."C",
    case_id text COLLATE pg_catalog."C",
    events bigint NOT NULL,
    last_digest text NOT NULL COLLATE pg_catalog."C",
    changed_us bigint NOT NULL
);


--
-- Name: schema_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_version (
    version bigint NOT NULL
);


--
-- Name: second_factors; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.second_factors (
    user_id text NOT NULL COLLATE pg_catalog."C",
    secret text NOT NULL,
    made_us bigint NOT NULL,
    last_step bigint NOT NULL
);


--
-- Name: secrets_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.secrets_key (
    one bigint NOT NULL,
    probe text NOT NULL,
    CONSTRAINT secrets_key_one_check CHECK ((one = 1))
);


--
-- Name: sessions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sessions (
    hash text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    agent text NOT NULL COLLATE pg_catalog."C",
    begun_us bigint NOT NULL,
    authenticated_us bigint NOT NULL,
    seen_us bigint NOT NULL,
    idle_until_us bigint NOT NULL,
    ends_us bigint NOT NULL,
    revoked_us bigint
);


--
-- Name: support_groups; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.support_groups (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL
);


--
-- Name: user_groups; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_groups (
    user_id text NOT NULL COLLATE pg_catalog."C",
    group_id text NOT NULL COLLATE pg_catalog."C"
);


--
-- Name: users; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.users (
    id text NOT NULL COLLATE pg_catalog."C",
    organisation text NOT NULL COLLATE pg_catalog."C",
    role text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    email text NOT NULL COLLATE pg_catalog."C",
    email_key text NOT NULL COLLATE pg_catalog."C",
    identity text COLLATE pg_catalog."C",
    password_hash text,
    disabled_us bigint,
    version bigint NOT NULL
);


--
-- Name: webhooks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhooks (
    id text NOT NULL COLLATE pg_catalog."C",
    url text NOT NULL,
    events text NOT NULL,
    signing_key text NOT NULL,
    made_us bigint NOT NULL,
    removed_us bigint
);


--
-- Data for Name: api_tokens; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.api_tokens VALUES ('t1', '3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0', 'bob', 'nightly', '["cases:read"]', 1900000006000000, 1900001000000000, NULL, NULL);


--
-- Data for Name: audit; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit VALUES (1, 1900000000000000, 'organisation-made', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"organisation-made"}', NULL, NULL, NULL, 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'sha256:bcf3ca685232ff29e6a8b2f3c66d61343287d0c51a9e0459d105a7bc94d8b87f');
INSERT INTO public.audit VALUES (2, 1900000000000000, 'user-made', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"user-made"}', NULL, NULL, NULL, 'sha256:bcf3ca685232ff29e6a8b2f3c66d61343287d0c51a9e0459d105a7bc94d8b87f', 'sha256:d31a2303fe145eba67b9f38af4944fd216d273b6018bfdb2fe3debd7dee69240');
INSERT INTO public.audit VALUES (3, 1900000001000000, 'group-made', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"group-made"}', NULL, NULL, NULL, 'sha256:d31a2303fe145eba67b9f38af4944fd216d273b6018bfdb2fe3debd7dee69240', 'sha256:a741dbdb7203252112edf1c336663b12c1bb73d8e8f543afef80ea715e40268a');
INSERT INTO public.audit VALUES (4, 1900000001000000, 'user-made', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"user-made"}', NULL, NULL, NULL, 'sha256:a741dbdb7203252112edf1c336663b12c1bb73d8e8f543afef80ea715e40268a', 'sha256:3c82926e0508ac36d8a8481a9d7b6313d1f62f6e27ac7abac5777f9c7cf56d6d');
INSERT INTO public.audit VALUES (5, 1900000002000000, 'rules', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"rules"}', NULL, NULL, NULL, 'sha256:3c82926e0508ac36d8a8481a9d7b6313d1f62f6e27ac7abac5777f9c7cf56d6d', 'sha256:aa5278f4cc653fd33384092c46e7bf166b55754b3f3725301402224bb88841be');
INSERT INTO public.audit VALUES (6, 1900000001000000, 'happened', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"happened"}', 'c1', 1, 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'sha256:aa5278f4cc653fd33384092c46e7bf166b55754b3f3725301402224bb88841be', 'sha256:36a8d529c2c44eb1cb72537ffb65e62cc689edabcd68899219ffc1ee7ab190db');
INSERT INTO public.audit VALUES (7, 1900000002000000, 'happened', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"happened"}', 'c1', 2, 'sha256:36a8d529c2c44eb1cb72537ffb65e62cc689edabcd68899219ffc1ee7ab190db', 'sha256:36a8d529c2c44eb1cb72537ffb65e62cc689edabcd68899219ffc1ee7ab190db', 'sha256:74c771da078d192b5a64b640efe47c92e958c67adc77f63c8dd46a5dc9b3812c');
INSERT INTO public.audit VALUES (8, 1900000003000000, 'happened', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"happened"}', 'c1', 3, 'sha256:74c771da078d192b5a64b640efe47c92e958c67adc77f63c8dd46a5dc9b3812c', 'sha256:74c771da078d192b5a64b640efe47c92e958c67adc77f63c8dd46a5dc9b3812c', 'sha256:163b27c94e1abbcf35333d21ef171156a7b9a535cf23408a68c48aeb38f71f26');
INSERT INTO public.audit VALUES (9, 1900000001000000, 'happened', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"happened"}', 'c2', 1, 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'sha256:163b27c94e1abbcf35333d21ef171156a7b9a535cf23408a68c48aeb38f71f26', 'sha256:48ce7f1d9a25a708c08a32aa50e2d3aa58df50494bb9a21f072e4fb3e54684e1');
INSERT INTO public.audit VALUES (10, 1900000005000000, 'login', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"login"}', NULL, NULL, NULL, 'sha256:48ce7f1d9a25a708c08a32aa50e2d3aa58df50494bb9a21f072e4fb3e54684e1', 'sha256:41028793b2fae2e2702abf943ebc45e580323ba13373aa7ea296940bba83ac5e');
INSERT INTO public.audit VALUES (11, 1900000006000000, 'token-made', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"token-made"}', NULL, NULL, NULL, 'sha256:41028793b2fae2e2702abf943ebc45e580323ba13373aa7ea296940bba83ac5e', 'sha256:1e0060a7c1271af19debdd3dd072b4a684f557b7eba681e478fb3021ee195d3c');
INSERT INTO public.audit VALUES (12, 1900000007000000, 'link-made', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"link-made"}', NULL, NULL, NULL, 'sha256:1e0060a7c1271af19debdd3dd072b4a684f557b7eba681e478fb3021ee195d3c', 'sha256:b85a9354460709bbb987502a76a5dd36cd49b3b32824e9884daa2a9f0e79f964');
INSERT INTO public.audit VALUES (13, 1900000007000000, 'second-factor-added', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"second-factor-added"}', NULL, NULL, NULL, 'sha256:b85a9354460709bbb987502a76a5dd36cd49b3b32824e9884daa2a9f0e79f964', 'sha256:b5df095f3cdcb5c00bd7d81d2e3ac361f26725f776dd3451574c248698a08608');
INSERT INTO public.audit VALUES (14, 1900000007000000, 'webhook-made', 'ann', 'acme', '192.0.2.7', '{"quote":"\"","umlaut":"ä","what":"webhook-made"}', NULL, NULL, NULL, 'sha256:b5df095f3cdcb5c00bd7d81d2e3ac361f26725f776dd3451574c248698a08608', 'sha256:25c7dd464ce1c37a0d61244cd339a8ba8f1f8c54a239f398534f7aa9a9050dca');


--
-- Data for Name: audit_head; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_head VALUES (1, 14, 'sha256:25c7dd464ce1c37a0d61244cd339a8ba8f1f8c54a239f398534f7aa9a9050dca');


--
-- Data for Name: case_people; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.case_people VALUES ('c1', 'ann', 0);
INSERT INTO public.case_people VALUES ('c1', 'bob', 1);
INSERT INTO public.case_people VALUES ('c1', 'eve', 1);
INSERT INTO public.case_people VALUES ('c2', 'ann', 0);
INSERT INTO public.case_people VALUES ('c2', 'bob', 1);
INSERT INTO public.case_people VALUES ('c2', 'eve', 1);


--
-- Data for Name: case_snapshots; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.case_snapshots VALUES ('c1', '{"events":3}');
INSERT INTO public.case_snapshots VALUES ('c2', '{"events":1}');


--
-- Data for Name: cases; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.cases VALUES ('c1', 3, 'sha256:163b27c94e1abbcf35333d21ef171156a7b9a535cf23408a68c48aeb38f71f26', '[Acme] - Platinum Services Request: Managed Upgrade', 'acme', 'open', '["bob","eve"]', 'bob', '["ann","bob"]', 'north', 1900086400000000, 1900000000000000, 1900000003000000, '', 'null');
INSERT INTO public.cases VALUES ('c2', 1, 'sha256:48ce7f1d9a25a708c08a32aa50e2d3aa58df50494bb9a21f072e4fb3e54684e1', '[Acme] - Platinum Services Request: Managed Upgrade', 'acme', 'open', '["bob","eve"]', 'bob', '["ann","bob"]', 'north', 1900086400000000, 1900000000000000, 1900000001000000, '', 'null');


--
-- Data for Name: links; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.links VALUES ('b1b1bdb480c61d075300d9bff7d9cb69cf31695ea048e478facadf426e8d0fb0', 'password', '"ann"', 1900000007000000, 1900001000000000, NULL);


--
-- Data for Name: login_attempts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.login_attempts OVERRIDING SYSTEM VALUE VALUES (1, 'ann', '192.0.2.7', 1900000005000000, 0);


--
-- Data for Name: organisations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.organisations VALUES ('acme', 'The acme', '{"plan":"platinum"}', NULL, 1);


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (4, 'mail', 'c2/1', '{"key":"c2/1","to":"ann@acme.example"}', 'waiting', 0, 0, 1900000001000000, 1900000000000000, NULL, NULL, NULL);
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (3, 'mail', 'c1/3', '{"key":"c1/3","to":"ann@acme.example"}', 'claimed', 1, 1, 1900000003000000, 1900000000000000, 1900000068000000, NULL, NULL);
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (1, 'mail', 'c1/1', '{"key":"c1/1","to":"ann@acme.example"}', 'sent', 1, 1, 1900000003000000, 1900000000000000, NULL, NULL, 1900000008000000);
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (2, 'mail', 'c1/2', '{"key":"c1/2","to":"ann@acme.example"}', 'dead', 1, 1, 1900000003000000, 1900000000000000, NULL, 'refused', 1900000008000000);


--
-- Data for Name: recovery_codes; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.recovery_codes VALUES ('8c585378513f5f7a2e1456ee54042605fdb890392becefadd2ab180fd02fb341', 'bob', NULL);


--
-- Data for Name: rules; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.rules VALUES (1, 1900000002000000, 'ann', '"rules"');


--
-- Data for Name: run_events; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.run_events VALUES ('staging-1', 1, 'sha256:2f059ea1d4a8e42e6511a2acbfcf08e7aa75b8223851341e2f4de3235c07cb6b', '"begun 1"');
INSERT INTO public.run_events VALUES ('staging-1', 2, 'sha256:b30002c85e887a88663655e80fd5fe4cb9260b7f4dde53beef51f2cdd507757a', '"done 2"');


--
-- Data for Name: runs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.runs VALUES ('staging-1', 'c1', 2, 'sha256:b30002c85e887a88663655e80fd5fe4cb9260b7f4dde53beef51f2cdd507757a', 1900000004000000);


--
-- Data for Name: schema_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_version VALUES (4);


--
-- Data for Name: second_factors; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.second_factors VALUES ('bob', '1.L3ZlrTaPU895fCJodptprKzCSLZIIixYI97yU+M4mO31g0vSB1vhTj7gPtTH5TjJLKaIHl14PjBPsjg2', 1900000007000000, 7);


--
-- Data for Name: secrets_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.secrets_key VALUES (1, '1.cVIuvLNoZVI3YYsMXEhvQBZ1C+tIgdUuKloINEt1bAVC');


--
-- Data for Name: sessions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sessions VALUES ('3f3af1ecebbd1410ab417ec0d27bbfcb5d340e177ae159b59fc8626c2dfd9175', 'ann', '192.0.2.7', 'Browser', 1900000005000000, 1900000005000000, 1900000005000000, 1900000100000000, 1900001000000000, NULL);


--
-- Data for Name: support_groups; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.support_groups VALUES ('north', 'North', 1);


--
-- Data for Name: user_groups; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.user_groups VALUES ('bob', 'north');


--
-- Data for Name: users; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.users VALUES ('ann', 'acme', 'customer', 'ann of Acme', 'ann@acme.example', 'ann@acme.example', NULL, '$argon2id$not-one', NULL, 1);
INSERT INTO public.users VALUES ('bob', 'acme', 'customer', 'bob of Acme', 'bob@acme.example', 'bob@acme.example', 'https://id.example|42', '$argon2id$not-one', NULL, 1);


--
-- Data for Name: webhooks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.webhooks VALUES ('w1', 'https://hooks.example/1', '["case-moved"]', '1.qTxJQscRsC5ba6N8ftHGTebO7qoEqIMxQrbQsx8NNA', 1900000007000000, NULL);


--
-- Name: login_attempts_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.login_attempts_id_seq', 1, true);


--
-- Name: outbox_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.outbox_id_seq', 4, true);


--
-- Name: api_tokens api_tokens_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_hash_key UNIQUE (hash);


--
-- Name: api_tokens api_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (id);


--
-- Name: audit_head audit_head_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (one);


--
-- Name: audit audit_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (sequence);


--
-- Name: case_people case_people_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.case_people
    ADD CONSTRAINT case_people_pkey PRIMARY KEY (user_id, case_id);


--
-- Name: case_snapshots case_snapshots_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.case_snapshots
    ADD CONSTRAINT case_snapshots_pkey PRIMARY KEY (case_id);


--
-- Name: cases cases_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_pkey PRIMARY KEY (id);


--
-- Name: links links_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.links
    ADD CONSTRAINT links_pkey PRIMARY KEY (hash);


--
-- Name: login_attempts login_attempts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.login_attempts
    ADD CONSTRAINT login_attempts_pkey PRIMARY KEY (id);


--
-- Name: organisations organisations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisations
    ADD CONSTRAINT organisations_pkey PRIMARY KEY (id);


--
-- Name: outbox outbox_channel_entry_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_channel_entry_key_key UNIQUE (channel, entry_key);


--
-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);


--
-- Name: recovery_codes recovery_codes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (hash);


--
-- Name: rules rules_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.rules
    ADD CONSTRAINT rules_pkey PRIMARY KEY (version);


--
-- Name: run_events run_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_events
    ADD CONSTRAINT run_events_pkey PRIMARY KEY (run, sequence);


--
-- Name: runs runs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (run);


--
-- Name: second_factors second_factors_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (user_id);


--
-- Name: secrets_key secrets_key_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.secrets_key
    ADD CONSTRAINT secrets_key_pkey PRIMARY KEY (one);


--
-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (hash);


--
-- Name: support_groups support_groups_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.support_groups
    ADD CONSTRAINT support_groups_pkey PRIMARY KEY (id);


--
-- Name: user_groups user_groups_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_groups
    ADD CONSTRAINT user_groups_pkey PRIMARY KEY (user_id, group_id);


--
-- Name: users users_email_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key_key UNIQUE (email_key);


--
-- Name: users users_identity_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_identity_key UNIQUE (identity);


--
-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


--
-- Name: webhooks webhooks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);


--
-- Name: api_tokens_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX api_tokens_by_user ON public.api_tokens USING btree (user_id);


--
-- Name: audit_by_case; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX audit_by_case ON public.audit USING btree (case_id, case_sequence) WHERE (case_id IS NOT NULL);


--
-- Name: audit_by_organisation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_by_organisation ON public.audit USING btree (organisation, sequence) WHERE (organisation IS NOT NULL);


--
-- Name: audit_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_by_user ON public.audit USING btree (by_user, sequence) WHERE (by_user IS NOT NULL);


--
-- Name: case_people_by_case; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX case_people_by_case ON public.case_people USING btree (case_id);


--
-- Name: cases_by_assignee; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_assignee ON public.cases USING btree (first_assignee, id);


--
-- Name: cases_by_change; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_change ON public.cases USING btree (changed_us, id);


--
-- Name: cases_by_deadline; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_deadline ON public.cases USING btree (deadline, id);


--
-- Name: cases_by_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_due ON public.cases USING btree (due_us, id);


--
-- Name: cases_by_group; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_group ON public.cases USING btree (support_group, id);


--
-- Name: cases_by_group_and_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_group_and_due ON public.cases USING btree (support_group, due_us, id);


--
-- Name: cases_by_opening; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_opening ON public.cases USING btree (opened_us, id);


--
-- Name: cases_by_organisation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_organisation ON public.cases USING btree (organisation, id);


--
-- Name: cases_by_organisation_and_change; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_organisation_and_change ON public.cases USING btree (organisation, changed_us, id);


--
-- Name: cases_by_organisation_and_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_organisation_and_due ON public.cases USING btree (organisation, due_us, id);


--
-- Name: cases_by_organisation_and_opening; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_organisation_and_opening ON public.cases USING btree (organisation, opened_us, id);


--
-- Name: cases_by_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_state ON public.cases USING btree (state, id);


--
-- Name: cases_by_state_and_change; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_state_and_change ON public.cases USING btree (state, changed_us, id);


--
-- Name: cases_by_state_and_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_state_and_due ON public.cases USING btree (state, due_us, id);


--
-- Name: cases_by_title; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX cases_by_title ON public.cases USING btree (title, id);


--
-- Name: links_by_end; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX links_by_end ON public.links USING btree (ends_us);


--
-- Name: login_attempts_by_account; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX login_attempts_by_account ON public.login_attempts USING btree (account, at_us);


--
-- Name: login_attempts_by_address; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX login_attempts_by_address ON public.login_attempts USING btree (address, at_us);


--
-- Name: login_attempts_by_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX login_attempts_by_time ON public.login_attempts USING btree (at_us);


--
-- Name: outbox_by_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX outbox_by_due ON public.outbox USING btree (channel, due_us, id) WHERE (state = ANY (ARRAY['waiting'::text, 'claimed'::text]));


--
-- Name: outbox_by_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX outbox_by_state ON public.outbox USING btree (channel, state, id);


--
-- Name: recovery_codes_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX recovery_codes_by_user ON public.recovery_codes USING btree (user_id);


--
-- Name: runs_by_case; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX runs_by_case ON public.runs USING btree (case_id, run) WHERE (case_id IS NOT NULL);


--
-- Name: sessions_by_end; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_by_end ON public.sessions USING btree (ends_us);


--
-- Name: sessions_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id);


--
-- Name: users_by_organisation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX users_by_organisation ON public.users USING btree (organisation, id);


--
-- Name: audit audit_is_never_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_is_never_changed BEFORE DELETE OR UPDATE ON public.audit FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: audit audit_is_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_is_never_emptied BEFORE TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: rules rules_are_never_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER rules_are_never_changed BEFORE DELETE OR UPDATE ON public.rules FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: rules rules_are_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER rules_are_never_emptied BEFORE TRUNCATE ON public.rules FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: run_events run_events_are_never_changed; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER run_events_are_never_changed BEFORE DELETE OR UPDATE ON public.run_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: run_events run_events_are_never_emptied; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER run_events_are_never_emptied BEFORE TRUNCATE ON public.run_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();


--
-- Name: api_tokens api_tokens_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: case_people case_people_case_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.case_people
    ADD CONSTRAINT case_people_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);


--
-- Name: case_snapshots case_snapshots_case_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.case_snapshots
    ADD CONSTRAINT case_snapshots_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.cases(id);


--
-- Name: cases cases_organisation_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cases
    ADD CONSTRAINT cases_organisation_fkey FOREIGN KEY (organisation) REFERENCES public.organisations(id);


--
-- Name: recovery_codes recovery_codes_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.second_factors(user_id);


--
-- Name: run_events run_events_run_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.run_events
    ADD CONSTRAINT run_events_run_fkey FOREIGN KEY (run) REFERENCES public.runs(run);


--
-- Name: second_factors second_factors_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.second_factors
    ADD CONSTRAINT second_factors_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: user_groups user_groups_group_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_groups
    ADD CONSTRAINT user_groups_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.support_groups(id);


--
-- Name: user_groups user_groups_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_groups
    ADD CONSTRAINT user_groups_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);


--
-- Name: users users_organisation_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_organisation_fkey FOREIGN KEY (organisation) REFERENCES public.organisations(id);


--
-- PostgreSQL database dump complete
--


