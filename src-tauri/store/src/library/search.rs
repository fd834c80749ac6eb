//! Finding sounds: by the beginnings of words, by filters, in any order, a page at a time.
//!
//! What was found is a list of row numbers, and only the rows of the page are read. SQLite finds the numbers in indexes;
//! an aggregate hands them over in one piece, as a row for each would take longer than finding them.

use std::collections::HashMap;
use std::ops::Range;

use son1k_domain::library::{LibraryFilter, LibraryPage, LibraryQuery, LibrarySort, LibrarySound, limits};
use sqlx::AssertSqlSafe;

use super::lists::{Numbers, Set};
use super::{row, words};
use crate::{Result, Store};

/// So few rows are sorted as they are; for more, the whole order is read from its index and kept.
const FEW: usize = 2_000;

impl Store {
    /// Returns a page of what was found.
    pub async fn search_sounds(&self, query: &LibraryQuery) -> Result<LibraryPage> {
        let revision = self.library_revision().await?;
        let text = words::search_of(&query.text);
        let filter = conditions(&query.filter);
        let (total, numbers) = match (text, filter) {
            (None, None) => self.page_of_all(revision, query).await?,
            (Some(text), None) if query.sort == LibrarySort::Added => {
                self.newest_with(revision, text, query).await?
            }
            (text, filter) => {
                let found = self.found(revision, text, filter).await?;
                let page = self.page_of(revision, &found, query).await?;
                (found.len(), page)
            }
        };
        let rows = self.sounds_of(&numbers).await?;
        Ok(LibraryPage { total: u32::try_from(total).unwrap_or(u32::MAX), offset: query.offset, rows })
    }

    /// Without text and filter, the index of the order is the list.
    async fn page_of_all(&self, revision: i64, query: &LibraryQuery) -> Result<(usize, Vec<u32>)> {
        let total = self.number(revision, "SELECT CAST(COUNT(*) AS TEXT) FROM sound", None).await?;
        let (column, has_value, way) = order(query);
        let valued = if query.sort == LibrarySort::Added {
            total
        } else {
            let sql = format!("SELECT CAST(COUNT(*) AS TEXT) FROM sound WHERE {has_value}");
            self.number(revision, &sql, None).await?
        };
        let (from, to) = range(query, total);
        if to > valued {
            let all = "SELECT group_concat(number) FROM sound";
            let mut all = self.numbers(revision, all, None).await?.to_vec();
            all.sort_unstable();
            return Ok((total, self.page_of(revision, &all, query).await?));
        }
        let page = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT number FROM sound WHERE {has_value} ORDER BY {column} {way}, number {way} LIMIT ?1 OFFSET ?2"
        )))
        .bind(i64::try_from(to - from).unwrap_or(0))
        .bind(i64::try_from(from).unwrap_or(0))
        .fetch_all(&self.reader)
        .await?;
        Ok((total, page))
    }

    /// The words are kept in the order of adding, so that a page of them needs no list.
    async fn newest_with(
        &self,
        revision: i64,
        text: String,
        query: &LibraryQuery,
    ) -> Result<(usize, Vec<u32>)> {
        let way = if query.descending { "DESC" } else { "ASC" };
        let page = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT rowid FROM sound_words WHERE sound_words MATCH ?1 ORDER BY rowid {way} LIMIT ?2 OFFSET ?3"
        )))
        .bind(text.clone())
        .bind(query.limit.min(limits::PAGE_ROWS))
        .bind(query.offset)
        .fetch_all(&self.reader);
        let count = "SELECT CAST(COUNT(*) AS TEXT) FROM sound_words WHERE sound_words MATCH ?1";
        let (page, total) = tokio::join!(page, self.number(revision, count, Some(text)));
        Ok((total?, page?))
    }

    /// Returns the numbers of what has the text and meets the filter, ascending.
    async fn found(
        &self,
        revision: i64,
        text: Option<String>,
        filter: Option<(String, Option<String>)>,
    ) -> Result<Vec<u32>> {
        let mut found: Option<Vec<u32>> = None;
        if let Some(text) = text {
            let sql = "SELECT group_concat(rowid) FROM sound_words WHERE sound_words MATCH ?1";
            found = Some(self.numbers(revision, sql, Some(text)).await?.to_vec());
        }
        if let Some((conditions, collection)) = filter {
            let sql = format!("SELECT group_concat(number) FROM sound WHERE {conditions}");
            let meets = self.numbers(revision, &sql, collection).await?;
            found = Some(match found {
                None => meets.to_vec(),
                Some(found) => {
                    let meets = Set::of(&meets);
                    found.into_iter().filter(|number| meets.has(*number)).collect()
                }
            });
        }
        let mut found = found.unwrap_or_default();
        if !found.is_sorted() {
            found.sort_unstable();
        }
        Ok(found)
    }

    /// Returns the numbers of the page, from the ascending numbers of all that was found.
    async fn page_of(&self, revision: i64, found: &[u32], query: &LibraryQuery) -> Result<Vec<u32>> {
        let (from, to) = range(query, found.len());
        if query.sort == LibrarySort::Added {
            let page = from..to;
            return Ok(match query.descending {
                true => found.iter().rev().copied().skip(from).take(page.len()).collect(),
                false => found[page].to_vec(),
            });
        }
        let (column, has_value, way) = order(query);
        if found.len() <= FEW {
            let sql = format!(
                "SELECT number FROM sound WHERE number IN (SELECT value FROM json_each(?1))
                 ORDER BY {has_value} DESC, {column} {way}, number {way} LIMIT ?2 OFFSET ?3"
            );
            return Ok(sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(serde_json::to_string(found)?)
                .bind(i64::try_from(to - from).unwrap_or(0))
                .bind(i64::try_from(from).unwrap_or(0))
                .fetch_all(&self.reader)
                .await?);
        }
        let sql = format!(
            "SELECT group_concat(number) FROM
                 (SELECT number FROM sound WHERE {has_value} ORDER BY {column}, number)"
        );
        let order = self.numbers(revision, &sql, None).await?;
        Ok(in_order(found, &order, query.descending, from..to))
    }

    async fn sounds_of(&self, numbers: &[u32]) -> Result<Vec<LibrarySound>> {
        let rows = sqlx::query("SELECT * FROM sound WHERE number IN (SELECT value FROM json_each(?1))")
            .bind(serde_json::to_string(numbers)?)
            .fetch_all(&self.reader)
            .await?;
        let mut sounds = HashMap::with_capacity(rows.len());
        for found in &rows {
            sounds.insert(row::number(found)?, row::read(found)?);
        }
        Ok(numbers.iter().filter_map(|number| sounds.remove(&i64::from(*number))).collect())
    }

    async fn number(&self, revision: i64, sql: &str, bound: Option<String>) -> Result<usize> {
        Ok(self.numbers(revision, sql, bound).await?.first().map_or(0, |number| *number as usize))
    }

    /// Returns the numbers that a statement answers with, as one text with commas between them.
    async fn numbers(&self, revision: i64, sql: &str, bound: Option<String>) -> Result<Numbers> {
        let question = format!("{sql}\0{}", bound.as_deref().unwrap_or_default());
        if let Some(kept) = self.lists.get(revision, &question) {
            return Ok(kept);
        }
        let mut query = sqlx::query_scalar::<_, Option<String>>(AssertSqlSafe(sql.to_owned()));
        if let Some(bound) = bound {
            query = query.bind(bound);
        }
        let text = query.fetch_one(&self.reader).await?.unwrap_or_default();
        let numbers = Numbers::new(numbers_of(&text));
        self.lists.keep(revision, question, numbers.clone());
        Ok(numbers)
    }
}

/// Returns a page of the ascending numbers that were found, in an order; those that it leaves out come last.
fn in_order(found: &[u32], order: &[u32], descending: bool, page: Range<usize>) -> Vec<u32> {
    // The first pages, which are asked for most, come of the beginning of the order.
    let all = Set::of(found);
    let has = |number: &u32| all.has(*number);
    let turned = |numbers: &[u32]| -> Vec<u32> {
        match descending {
            true => numbers.iter().rev().copied().filter(has).take(page.end).collect(),
            false => numbers.iter().copied().filter(has).take(page.end).collect(),
        }
    };
    let mut sorted = turned(order);
    if sorted.len() < page.end {
        let ordered = Set::of(order);
        let left: Vec<u32> = found.iter().copied().filter(|number| !ordered.has(*number)).collect();
        sorted.extend(turned(&left));
    }
    sorted.get(page.start..page.end).unwrap_or_default().to_vec()
}

/// Reads numbers with commas between them.
fn numbers_of(text: &str) -> Vec<u32> {
    let mut numbers = Vec::with_capacity(text.len() / 6 + 1);
    let mut number = None;
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            number = Some(number.unwrap_or(0u32).wrapping_mul(10).wrapping_add(u32::from(byte - b'0')));
        } else {
            numbers.extend(number.take());
        }
    }
    numbers.extend(number);
    numbers
}

fn range(query: &LibraryQuery, total: usize) -> (usize, usize) {
    let from = (query.offset as usize).min(total);
    (from, (from + query.limit.min(limits::PAGE_ROWS) as usize).min(total))
}

/// Returns the column of an order, the condition of its index, and the way round.
fn order(query: &LibraryQuery) -> (&'static str, &'static str, &'static str) {
    let (column, has_value) = match query.sort {
        LibrarySort::Added => ("number", "1"),
        LibrarySort::Title => ("title_key", "title_key <> ''"),
        LibrarySort::Artist => ("artist_key", "artist_key <> ''"),
        LibrarySort::Album => ("album_key", "album_key <> ''"),
        LibrarySort::Genre => ("genre_key", "genre_key <> ''"),
        LibrarySort::Name => ("name_key", "name_key <> ''"),
        LibrarySort::Duration => ("duration_s", "duration_s IS NOT NULL"),
        LibrarySort::Bpm => ("bpm", "bpm IS NOT NULL"),
        LibrarySort::Key => ("key", "key IS NOT NULL"),
        LibrarySort::Loudness => ("integrated", "integrated IS NOT NULL"),
        LibrarySort::Rating => ("rating", "rating > 0"),
    };
    (column, has_value, if query.descending { "DESC" } else { "ASC" })
}

/// Returns the conditions of a filter with the collection that is bound to them; `None` lets everything through.
fn conditions(filter: &LibraryFilter) -> Option<(String, Option<String>)> {
    let mut all = Vec::new();
    let mut number = |condition: &str, value: Option<f32>| {
        // Only numbers get into the statement; one that is none lets nothing through, as comparing with it does.
        all.extend(value.map(|value| match value.is_finite() {
            true => format!("{condition} {value}"),
            false => "0".to_owned(),
        }));
    };
    number("bpm >=", filter.bpm_min.map(|bpm| bpm.0));
    number("bpm <=", filter.bpm_max.map(|bpm| bpm.0));
    number("integrated >=", filter.loudness_min.map(|loudness| loudness.0));
    number("integrated <=", filter.loudness_max.map(|loudness| loudness.0));
    number("rating >=", (filter.rating_min > 0).then_some(f32::from(filter.rating_min)));
    number("key =", filter.key.map(|key| row::number_of(key) as f32));
    number("missing =", filter.missing_only.then_some(1.0));
    if filter.collection.is_some() {
        let members = "number IN (SELECT sound FROM collection_sound WHERE collection =
            (SELECT number FROM collection WHERE id = ?1))";
        all.push(members.to_owned());
    }
    (!all.is_empty()).then(|| (all.join(" AND "), filter.collection.as_ref().map(|id| id.0.clone())))
}
