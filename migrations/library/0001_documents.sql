-- What can be searched offline: the bundled library and the person's own folders.

-- The bundled library (root 'library:') and each folder (root: its absolute path).
CREATE TABLE collections (
    id INTEGER PRIMARY KEY,
    root TEXT NOT NULL UNIQUE,
    -- SHA-256 of what the bundled library was built from, in hex; empty for folders.
    hash TEXT NOT NULL DEFAULT ''
);

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    collection INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    -- Of the file: nanoseconds since 1970 and bytes. 0 in the bundled library.
    modified INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0,
    UNIQUE (collection, address)
);
CREATE INDEX documents_address ON documents (address);

-- The text of a document is its passages in order, end to end.
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (document, position)
);

-- The words of titles, folded, without stop words and without a bracketed suffix.
CREATE TABLE title_words (
    word TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (word, document)
) WITHOUT ROWID;
CREATE INDEX title_words_document ON title_words (document);

-- The row id is the passage's. Text is folded before it is indexed.
CREATE VIRTUAL TABLE passages_fts USING fts5 (
    title, text, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER passages_deleted AFTER DELETE ON passages BEGIN
    DELETE FROM passages_fts WHERE rowid = old.id;
END;
