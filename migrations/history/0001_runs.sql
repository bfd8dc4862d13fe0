-- The history: conversations, their runs, and the event log of each run.

CREATE TABLE conversations (
    id TEXT PRIMARY KEY NOT NULL,
    created_ms INTEGER NOT NULL
) WITHOUT ROWID;

-- `number` is the order of creation. `outcome` (the kind of the last event's outcome) and `answer` repeat what the log
-- says, for lists and searches; both are empty until the run has ended. Times are milliseconds since 1970.
CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent TEXT REFERENCES runs (id) ON DELETE SET NULL,
    question TEXT NOT NULL,
    model TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX runs_conversation ON runs (conversation);
CREATE INDEX runs_parent ON runs (parent);

-- The facts of a run. Rows are appended and never changed; `seq` counts from 0 without gaps.
CREATE TABLE events (
    run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE runs_fts USING fts5 (
    question, answer, content = 'runs', content_rowid = 'number', tokenize = 'porter unicode61 remove_diacritics 2'
);
-- What is deleted leaves no words behind in the index.
INSERT INTO runs_fts (runs_fts, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER runs_added AFTER INSERT ON runs BEGIN
    INSERT INTO runs_fts (rowid, question, answer) VALUES (new.number, new.question, new.answer);
END;
CREATE TRIGGER runs_removed AFTER DELETE ON runs BEGIN
    INSERT INTO runs_fts (runs_fts, rowid, question, answer)
    VALUES ('delete', old.number, old.question, old.answer);
END;
CREATE TRIGGER runs_answered AFTER UPDATE OF question, answer ON runs BEGIN
    INSERT INTO runs_fts (runs_fts, rowid, question, answer)
    VALUES ('delete', old.number, old.question, old.answer);
    INSERT INTO runs_fts (rowid, question, answer) VALUES (new.number, new.question, new.answer);
END;
