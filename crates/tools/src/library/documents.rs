//! Documents in the index: how they are cut into passages, added and removed.

use super::words::{canonical, fold, telling_words, without_brackets};
use sqlx::{Error, SqliteConnection};

/// Bytes after which a passage ends at the next good place.
const PASSAGE: usize = 1_200;

/// One document, cleaned.
pub(super) struct Document {
    /// Its address.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Words by which it is found though they do not stand in it.
    pub keywords: String,
    /// Nanoseconds since 1970 at which its file was changed.
    pub modified: i64,
    /// Bytes of its file.
    pub size: i64,
}

/// Adds an empty collection.
pub(super) async fn add_collection(connection: &mut SqliteConnection, root: &str, hash: &str) -> Result<i64, Error> {
    sqlx::query_scalar("INSERT INTO collections (root, hash) VALUES (?, ?) RETURNING id")
        .bind(root)
        .bind(hash)
        .fetch_one(connection)
        .await
}

/// Removes a collection with all its documents and says whether there was one.
pub(super) async fn remove_collection(connection: &mut SqliteConnection, root: &str) -> Result<bool, Error> {
    let removed = sqlx::query("DELETE FROM collections WHERE root = ?").bind(root).execute(connection).await?;
    Ok(removed.rows_affected() > 0)
}

/// Adds a document in place of one with the same address.
pub(super) async fn add(connection: &mut SqliteConnection, collection: i64, document: &Document) -> Result<(), Error> {
    remove(connection, collection, &document.address).await?;
    let insert =
        "INSERT INTO documents (collection, address, title, modified, size) VALUES (?, ?, ?, ?, ?) RETURNING id";
    let id: i64 = sqlx::query_scalar(insert)
        .bind(collection)
        .bind(&document.address)
        .bind(&document.title)
        .bind(document.modified)
        .bind(document.size)
        .fetch_one(&mut *connection)
        .await?;
    let title = fold(&document.title);
    for (position, text) in (0i64..).zip(passages(&document.text)) {
        let insert = "INSERT INTO passages (document, position, text) VALUES (?, ?, ?) RETURNING id";
        let passage: i64 =
            sqlx::query_scalar(insert).bind(id).bind(position).bind(text).fetch_one(&mut *connection).await?;
        sqlx::query("INSERT INTO passages_fts (rowid, title, text) VALUES (?, ?, ?)")
            .bind(passage)
            .bind(&title)
            .bind(fold(&format!("{text} {}", document.keywords)))
            .execute(&mut *connection)
            .await?;
    }
    for word in title_words(&document.title) {
        sqlx::query("INSERT OR IGNORE INTO title_words (word, document) VALUES (?, ?)")
            .bind(word)
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Removes the document with this address.
pub(super) async fn remove(connection: &mut SqliteConnection, collection: i64, address: &str) -> Result<(), Error> {
    let delete = "DELETE FROM documents WHERE collection = ? AND address = ?";
    sqlx::query(delete).bind(collection).bind(address).execute(connection).await?;
    Ok(())
}

/// The words by which a title is found, in order.
pub(super) fn title_words(title: &str) -> Vec<String> {
    telling_words(&fold(without_brackets(title))).into_iter().map(canonical).collect()
}

/// Cuts a text into passages of about 1,200 bytes that end at a blank line, else at a line end, else at the end of a
/// sentence, else after a word. End to end they are the text.
fn passages(text: &str) -> Vec<&str> {
    let mut passages = Vec::new();
    let mut rest = text;
    while rest.len() > 2 * PASSAGE {
        let (least, most) = (rest.floor_char_boundary(PASSAGE / 2), rest.floor_char_boundary(2 * PASSAGE));
        let middle = rest.floor_char_boundary(PASSAGE);
        let at = ["\n\n", "\n", ". ", " "].iter().find_map(|end| {
            let before = rest[least..middle].rfind(end).map(|at| least + at);
            before.or_else(|| rest[middle..most].find(end).map(|at| middle + at)).map(|at| at + end.len())
        });
        let (passage, after) = rest.split_at(at.unwrap_or(most));
        passages.push(passage);
        rest = after;
    }
    passages.push(rest);
    passages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_are_the_text() {
        let text = "One sentence of some length. Another one, äöü.\n".repeat(200) + "\n" + &"x".repeat(9_000);
        let passages = passages(&text);
        assert_eq!(passages.concat(), text);
        assert!(passages.len() > 5 && passages.iter().all(|passage| passage.len() <= 2 * PASSAGE));
        assert!(passages[0].ends_with('\n'));
    }

    #[test]
    fn a_short_text_is_one_passage() {
        assert_eq!(passages("Short."), ["Short."]);
    }

    #[test]
    fn titles_are_found_by_their_telling_words() {
        assert_eq!(title_words("The Statue of Liberty"), ["statue", "liberty"]);
        assert_eq!(title_words("Mercury (planet)"), ["mercury"]);
        assert_eq!(title_words("It"), ["it"]);
    }
}
