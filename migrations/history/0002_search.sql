-- Titles, tags, saved runs, deletion that can be taken back, settings, and a search of everything that was read.

-- `hidden_ms` is when the run was deleted, in milliseconds since 1970; 0 if it was not. A hidden run is soon deleted
-- for good.
ALTER TABLE runs ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN saved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN hidden_ms INTEGER NOT NULL DEFAULT 0;
-- How many sources the run has found.
ALTER TABLE runs ADD COLUMN sources INTEGER NOT NULL DEFAULT 0;

CREATE TABLE tags (
    run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (run, tag)
) WITHOUT ROWID;
CREATE INDEX tags_tag ON tags (tag);

-- What a person has set; `json` is a JSON object or list.
CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    json TEXT NOT NULL
) WITHOUT ROWID;

-- The words of the log that are searched besides question and answer. `kind` is 'question' (what the person said
-- later), 'thought' or 'page'. They repeat what the events say.
CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX texts_run ON texts (run);

CREATE VIRTUAL TABLE texts_fts USING fts5 (
    title, text, content = 'texts', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
-- What is deleted leaves no words behind in the index.
INSERT INTO texts_fts (texts_fts, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER texts_added AFTER INSERT ON texts BEGIN
    INSERT INTO texts_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
CREATE TRIGGER texts_removed AFTER DELETE ON texts BEGIN
    INSERT INTO texts_fts (texts_fts, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
END;

CREATE TRIGGER events_replied AFTER INSERT ON events WHEN new.json ->> '$.event' = 'replied' BEGIN
    INSERT INTO texts (run, kind, title, text)
    SELECT new.run, 'thought', '', new.json ->> '$.message.reasoning'
    WHERE coalesce(new.json ->> '$.message.reasoning', '') <> '';
END;
CREATE TRIGGER events_steered AFTER INSERT ON events WHEN new.json ->> '$.event' = 'steered' BEGIN
    INSERT INTO texts (run, kind, title, text) VALUES (new.run, 'question', '', new.json ->> '$.text');
END;
CREATE TRIGGER events_observed AFTER INSERT ON events WHEN new.json ->> '$.event' = 'observed' BEGIN
    INSERT INTO texts (run, kind, title, text)
    SELECT new.run, 'page', coalesce(value ->> '$.title', ''), value ->> '$.text'
    FROM json_each(new.json, '$.result.sources') WHERE coalesce(value ->> '$.text', '') <> '';
    UPDATE runs SET sources = max(sources, coalesce(
        (SELECT max(value ->> '$.number') FROM json_each(new.json, '$.result.sources')), 0
    )) WHERE number = new.run;
END;

-- What was kept before this.
INSERT INTO texts (run, kind, title, text)
SELECT run, 'thought', '', json ->> '$.message.reasoning' FROM events
WHERE json ->> '$.event' = 'replied' AND coalesce(json ->> '$.message.reasoning', '') <> '';
INSERT INTO texts (run, kind, title, text)
SELECT run, 'page', coalesce(value ->> '$.title', ''), value ->> '$.text'
FROM events, json_each(events.json, '$.result.sources')
WHERE events.json ->> '$.event' = 'observed' AND coalesce(value ->> '$.text', '') <> '';
UPDATE runs SET sources = coalesce((
    SELECT max(value ->> '$.number') FROM events, json_each(events.json, '$.result.sources')
    WHERE events.run = runs.number AND events.json ->> '$.event' = 'observed'
), 0);
