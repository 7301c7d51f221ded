CREATE TABLE alerts (
    id VARCHAR(64) NOT NULL,
    rule VARCHAR(200) NOT NULL,
    incident VARCHAR(64) NOT NULL,
    version INTEGER NOT NULL,
    taken_in BIGINT NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE notifications (
    seq INTEGER NOT NULL,
    "key" VARCHAR(64) NOT NULL,
    receiver VARCHAR(100) NOT NULL,
    incident VARCHAR(64) NOT NULL,
    version INTEGER NOT NULL,
    state VARCHAR(10) NOT NULL,
    reason VARCHAR(200) NOT NULL,
    attempts INTEGER NOT NULL,
    unknowns INTEGER NOT NULL,
    created BIGINT NOT NULL,
    next_try BIGINT,
    first_try BIGINT,
    last_try BIGINT,
    settled BIGINT,
    lease_owner VARCHAR(64),
    lease_until BIGINT,
    fetched BIGINT,
    published BIGINT,
    dead_lettered INTEGER NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE ("key")
);
CREATE INDEX notifications_by_incident ON notifications (receiver, incident, seq);
CREATE INDEX notifications_by_state ON notifications (state, receiver);
CREATE TABLE ledger (
    seq INTEGER NOT NULL,
    alert VARCHAR(64) NOT NULL,
    receiver VARCHAR(100) NOT NULL,
    "key" VARCHAR(64),
    decision VARCHAR(10) NOT NULL,
    reason VARCHAR(40) NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (seq),
    CONSTRAINT ledger_decides_once UNIQUE (alert, receiver),
    FOREIGN KEY(alert) REFERENCES alerts (id),
    FOREIGN KEY("key") REFERENCES notifications ("key")
);
CREATE TABLE attempts (
    "key" VARCHAR(64) NOT NULL,
    number INTEGER NOT NULL,
    began BIGINT NOT NULL,
    ended BIGINT,
    outcome VARCHAR(10),
    reason VARCHAR(200),
    PRIMARY KEY ("key", number),
    FOREIGN KEY("key") REFERENCES notifications ("key")
);
CREATE TABLE feed_states (
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    body_hash VARCHAR(64),
    bad_hash VARCHAR(64),
    next_poll BIGINT,
    interval BIGINT,
    polls INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    state VARCHAR(16) NOT NULL,
    since BIGINT,
    reason VARCHAR(64) NOT NULL,
    detail TEXT NOT NULL,
    last_success BIGINT,
    last_entry BIGINT,
    recent_ids BLOB NOT NULL,
    PRIMARY KEY (url)
);

INSERT INTO alerts VALUES ('a', 'rule', 'incident', 1, 0, '');
INSERT INTO notifications (seq, "key", receiver, incident, version, state, reason, attempts, unknowns,
    created, dead_lettered, message) VALUES (1, 'k', 'desk', 'incident', 1, 'pending', '', 0, 0, 0, 0, '');
INSERT INTO ledger VALUES (1, 'a', 'desk', 'k', 'planned', '', 0);
