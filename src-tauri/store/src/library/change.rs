//! Sounds that come, change and go.

use son1k_domain::id::SoundId;
use son1k_domain::library::{FileTags, LibrarySound};
use son1k_domain::sound::SoundFacts;
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::{Added, FoundSound, index_again, json_of, name_of, words};
use crate::word::word;
use crate::{Result, Store};

/// All steps of the analysis wait again, and nothing is known.
const UNHEARD: &str =
    "loudness = NULL, integrated = NULL, bpm = NULL, key = NULL, sounds_like = '[]', problem = NULL,
    peaks_step = 'waiting', loudness_step = 'waiting', rhythm_step = 'waiting', sounds_like_step = 'waiting',
    beats_step = 'waiting'";

impl Store {
    /// Takes files in, all in one transaction, and returns what became of each, in their order.
    pub async fn add_sounds(&self, found: &[FoundSound]) -> Result<Vec<Added>> {
        let mut transaction = self.library_change().await?;
        let mut added = Vec::with_capacity(found.len());
        for sound in found {
            added.push(add(&mut transaction, sound).await?);
        }
        transaction.commit().await?;
        Ok(added)
    }

    /// Takes sounds out and returns how many there were.
    pub async fn remove_sounds(&self, ids: &[SoundId]) -> Result<u32> {
        let mut transaction = self.library_change().await?;
        let list = json_of(ids)?;
        sqlx::query(
            "DELETE FROM sound_words WHERE rowid IN
                 (SELECT number FROM sound WHERE id IN (SELECT value FROM json_each(?1)))",
        )
        .bind(list.clone())
        .execute(&mut *transaction)
        .await?;
        let gone = sqlx::query("DELETE FROM sound WHERE id IN (SELECT value FROM json_each(?1))")
            .bind(list)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(u32::try_from(gone.rows_affected()).unwrap_or(u32::MAX))
    }

    /// Gives sounds so many stars.
    pub async fn rate_sounds(&self, ids: &[SoundId], rating: u8) -> Result<()> {
        let mut transaction = self.library_change().await?;
        sqlx::query("UPDATE sound SET rating = ?2 WHERE id IN (SELECT value FROM json_each(?1))")
            .bind(json_of(ids)?)
            .bind(rating)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Notes what a file holds after its tags or its cover were written.
    pub async fn retag_sound(&self, id: &SoundId, written: &FoundSound) -> Result<Option<LibrarySound>> {
        let mut transaction = self.library_change().await?;
        set_tags(&mut transaction, id, &written.tags, written.has_cover).await?;
        sqlx::query("UPDATE sound SET content = ?2, modified_ms = ?3, bytes = ?4 WHERE id = ?1")
            .bind(id.0.clone())
            .bind(written.content.to_vec())
            .bind(written.modified_ms)
            .bind(written.facts.bytes as i64)
            .execute(&mut *transaction)
            .await?;
        let sound = index_again(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(sound)
    }

    /// Joins what many small changes have left of the words, so that they are found as fast as before.
    pub async fn optimise_library(&self) -> Result<()> {
        sqlx::query("INSERT INTO sound_words (sound_words) VALUES ('optimize')")
            .execute(&self.writer)
            .await?;
        sqlx::query("PRAGMA optimize").execute(&self.writer).await?;
        Ok(())
    }
}

async fn add(connection: &mut SqliteConnection, found: &FoundSound) -> Result<Added> {
    let at_path = sqlx::query("SELECT id, content, missing FROM sound WHERE path = ?1")
        .bind(found.path.clone())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = at_path {
        let id = SoundId(row.try_get("id")?);
        let same = row.try_get::<Vec<u8>, _>("content")? == found.content;
        return if same {
            see_again(connection, id, found, row.try_get("missing")?).await
        } else {
            replace(connection, id, found).await
        };
    }
    let twin = sqlx::query("SELECT id, path FROM sound WHERE content = ?1 ORDER BY missing, number LIMIT 1")
        .bind(found.content.to_vec())
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(row) = twin {
        return Ok(Added::Duplicate { of: SoundId(row.try_get("id")?), of_path: row.try_get("path")? });
    }
    insert(connection, found).await?;
    Ok(Added::New(found.id.clone()))
}

async fn see_again(
    connection: &mut SqliteConnection,
    id: SoundId,
    found: &FoundSound,
    missing: bool,
) -> Result<Added> {
    sqlx::query("UPDATE sound SET missing = 0, modified_ms = ?2 WHERE id = ?1")
        .bind(id.0.clone())
        .bind(found.modified_ms)
        .execute(connection)
        .await?;
    Ok(if missing { Added::Back(id) } else { Added::Known(id) })
}

/// The file at a known path has another content.
async fn replace(connection: &mut SqliteConnection, id: SoundId, found: &FoundSound) -> Result<Added> {
    set_tags(connection, &id, &found.tags, found.has_cover).await?;
    let change = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE sound SET bytes = ?1, container = ?2, codec = ?3, rate = ?4, channels = ?5, bits = ?6, duration_s = ?7,
             content = ?8, modified_ms = ?9, missing = 0, {UNHEARD} WHERE id = ?10"
    )));
    with_facts(change, &found.facts)?
        .bind(found.content.to_vec())
        .bind(found.modified_ms)
        .bind(id.0.clone())
        .execute(&mut *connection)
        .await?;
    index_again(connection, &id).await?;
    Ok(Added::Changed(id))
}

async fn set_tags(
    connection: &mut SqliteConnection,
    id: &SoundId,
    tags: &FileTags,
    has_cover: bool,
) -> Result<()> {
    let change = sqlx::query(
        "UPDATE sound SET title = ?1, artist = ?2, album = ?3, genre = ?4, year = ?5, comment = ?6,
             title_key = ?7, artist_key = ?8, album_key = ?9, genre_key = ?10, has_cover = ?11 WHERE id = ?12",
    );
    with_tags(change, tags).bind(has_cover).bind(id.0.clone()).execute(connection).await?;
    Ok(())
}

async fn insert(connection: &mut SqliteConnection, found: &FoundSound) -> Result<()> {
    let name = name_of(&found.path);
    let sound = sqlx::query(
        "INSERT INTO sound (bytes, container, codec, rate, channels, bits, duration_s,
             title, artist, album, genre, year, comment, title_key, artist_key, album_key, genre_key,
             has_cover, id, path, name, name_key, content, modified_ms, added_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
             ?21, ?22, ?23, ?24, ?25)",
    );
    with_tags(with_facts(sound, &found.facts)?, &found.tags)
        .bind(found.has_cover)
        .bind(found.id.0.clone())
        .bind(found.path.clone())
        .bind(name.to_owned())
        .bind(words::sort_key(name))
        .bind(found.content.to_vec())
        .bind(found.modified_ms)
        .bind(found.added_ms)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO sound_words (rowid, words) VALUES (last_insert_rowid(), ?1)")
        .bind(words::of_found(found))
        .execute(connection)
        .await?;
    Ok(())
}

type Change<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// Binds the seven columns of what a file is, from `bytes` to `duration_s`.
fn with_facts<'q>(change: Change<'q>, facts: &SoundFacts) -> Result<Change<'q>> {
    Ok(change
        .bind(facts.bytes as i64)
        .bind(word(&facts.container)?)
        .bind(word(&facts.codec)?)
        .bind(facts.rate)
        .bind(facts.channels)
        .bind(facts.bits)
        .bind(facts.duration.map(|duration| duration.0)))
}

/// Binds the six columns of the tags, from `title` to `comment`, and the four that sort by them.
fn with_tags<'q>(change: Change<'q>, tags: &FileTags) -> Change<'q> {
    change
        .bind(tags.title.clone())
        .bind(tags.artist.clone())
        .bind(tags.album.clone())
        .bind(tags.genre.clone())
        .bind(tags.year)
        .bind(tags.comment.clone())
        .bind(words::sort_key(&tags.title))
        .bind(words::sort_key(&tags.artist))
        .bind(words::sort_key(&tags.album))
        .bind(words::sort_key(&tags.genre))
}
