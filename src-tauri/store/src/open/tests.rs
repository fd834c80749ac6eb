use std::fs;

use son1k_domain::setting::Settings;
use sqlx::migrate::{Migration, MigrationType};
use tempfile::{TempDir, tempdir};

use super::*;

/// A folder whose database holds these settings.
async fn filled(volume: f32) -> TempDir {
    let folder = tempdir().unwrap();
    fill(folder.path(), volume).await;
    folder
}

async fn fill(folder: &Path, volume: f32) {
    let (store, _) = Store::open(folder).await.unwrap();
    store.save_settings(&Settings { volume, ..Settings::default() }).await.unwrap();
    store.close().await;
}

async fn volume(store: &Store) -> f32 {
    store.settings().await.unwrap().volume
}

fn with_next(sql: &'static str) -> Migrator {
    let version = newest(&MIGRATIONS) + 1;
    let next =
        Migration::new(version, "next".into(), MigrationType::Simple, sqlx::SqlStr::from_static(sql), false);
    Migrator::with_migrations(MIGRATIONS.iter().cloned().chain([next]).collect())
}

fn copies_before(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("studio-before-"))
        .collect();
    names.sort();
    names
}

/// The name of the copy that is taken before the migration of [`with_next`].
fn before_next() -> String {
    format!("studio-before-{:04}.db", newest(&MIGRATIONS) + 1)
}

#[tokio::test]
async fn a_new_folder_opens_empty_and_without_complaint() {
    let folder = tempdir().unwrap();
    let (store, found) = Store::open(&folder.path().join("deep/er")).await.unwrap();
    assert_eq!(found, []);
    assert_eq!(store.list_projects().await.unwrap(), []);
    store.check().await.unwrap();
}

async fn opens_with_the_copy_after(damage: impl FnOnce(&Path)) {
    let folder = filled(0.5).await;
    Store::open(folder.path()).await.unwrap().0.close().await;
    damage(&folder.path().join(DATABASE));
    let (store, found) = Store::open(folder.path()).await.unwrap();
    let copy = folder.path().join(copies::DAILY);
    let aside = folder.path().join("studio.db.corrupt-1");
    assert_eq!(found, [Found::DatabaseCorrupt { set_aside: aside.clone(), restored_from: Some(copy) }]);
    assert!(aside.exists(), "the damaged file is kept");
    assert_eq!(volume(&store).await, 0.5);
    store.check().await.unwrap();
}

#[tokio::test]
async fn a_database_with_a_garbage_header_is_replaced_by_the_copy() {
    opens_with_the_copy_after(|file| {
        let mut bytes = fs::read(file).unwrap();
        bytes[..64].fill(0xA5);
        fs::write(file, bytes).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_truncated_database_is_replaced_by_the_copy() {
    opens_with_the_copy_after(|file| {
        let length = file.metadata().unwrap().len();
        fs::File::options().write(true).open(file).unwrap().set_len(length / 2).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_database_with_overwritten_pages_is_replaced_by_the_copy() {
    opens_with_the_copy_after(|file| {
        let mut bytes = fs::read(file).unwrap();
        bytes[4096..12288].fill(0xFF);
        fs::write(file, bytes).unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_emptied_database_is_replaced_by_the_copy() {
    opens_with_the_copy_after(|file| fs::write(file, []).unwrap()).await;
}

#[tokio::test]
async fn a_damaged_database_without_a_copy_starts_afresh_and_says_so() {
    let folder = filled(0.5).await;
    fs::write(folder.path().join(DATABASE), "not a database, but long enough to be read as one".repeat(40))
        .unwrap();
    let (store, found) = Store::open(folder.path()).await.unwrap();
    assert!(matches!(found.as_slice(), [Found::DatabaseCorrupt { restored_from: None, .. }]), "{found:?}");
    assert_eq!(volume(&store).await, 1.0);
}

#[tokio::test]
async fn a_damaged_copy_is_passed_over_for_an_older_good_one() {
    let folder = filled(0.5).await;
    open(folder.path(), &with_next("CREATE TABLE more (id INTEGER)"), SystemTime::now())
        .await
        .unwrap()
        .0
        .close()
        .await;
    fs::write(folder.path().join(copies::DAILY), "damaged").unwrap();
    fs::write(folder.path().join(DATABASE), "damaged").unwrap();
    let (store, found) = Store::open(folder.path()).await.unwrap();
    let copy = folder.path().join(before_next());
    assert!(
        matches!(found.as_slice(), [Found::DatabaseCorrupt { restored_from: Some(from), .. }] if *from == copy)
    );
    assert_eq!(volume(&store).await, 0.5);
}

#[tokio::test]
async fn each_damaged_database_is_kept_under_its_own_name() {
    let folder = tempdir().unwrap();
    for round in 1..=3 {
        fs::write(folder.path().join(DATABASE), format!("damage {round} ").repeat(100)).unwrap();
        Store::open(folder.path()).await.unwrap().0.close().await;
        let kept = fs::read_to_string(folder.path().join(format!("studio.db.corrupt-{round}"))).unwrap();
        assert!(kept.starts_with(&format!("damage {round}")));
    }
}

#[tokio::test]
async fn a_copy_is_taken_before_a_migration_and_the_last_three_are_kept() {
    let folder = filled(0.5).await;
    for old in ["studio-before-0000.db", "studio-before-0001.db", "studio-before--1.db"] {
        fs::write(folder.path().join(old), "old").unwrap();
    }
    let next = with_next("UPDATE setting SET record = '{\"volume\":0.125}'");
    let (store, _) = open(folder.path(), &next, SystemTime::now()).await.unwrap();
    assert_eq!(volume(&store).await, 0.125, "the migration ran");
    let copy = folder.path().join(before_next());
    let mut connection = SqliteConnection::connect_with(&bare(&copy)).await.unwrap();
    let record: String =
        sqlx::query_scalar("SELECT record FROM setting").fetch_one(&mut connection).await.unwrap();
    assert!(record.contains("\"volume\":0.5"), "the copy has the state before: {record}");
    let kept = ["studio-before-0000.db", "studio-before-0001.db", &before_next()];
    assert_eq!(copies_before(folder.path()), kept);
}

#[tokio::test]
async fn a_failing_migration_leaves_the_data_as_it_was() {
    let folder = filled(0.5).await;
    let broken = with_next("DELETE FROM setting; SELECT * FROM no_such_table");
    assert!(matches!(
        open(folder.path(), &broken, SystemTime::now()).await,
        Err(Error::Migration(_) | Error::Database(_))
    ));
    let (store, found) = Store::open(folder.path()).await.unwrap();
    assert_eq!((volume(&store).await, found), (0.5, vec![]));
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_and_not_touched() {
    let folder = filled(0.5).await;
    open(folder.path(), &with_next("CREATE TABLE more (id INTEGER)"), SystemTime::now())
        .await
        .unwrap()
        .0
        .close()
        .await;
    let before = fs::read(folder.path().join(DATABASE)).unwrap();
    let refused = Store::open(folder.path()).await;
    let this = newest(&MIGRATIONS);
    let is_next = |found: i64, known: i64| (found, known) == (this + 1, this);
    assert!(matches!(refused, Err(Error::Newer { found, known }) if is_next(found, known)), "{refused:?}");
    assert_eq!(fs::read(folder.path().join(DATABASE)).unwrap(), before);
}

#[tokio::test]
async fn the_regular_copy_is_made_anew_after_a_day() {
    let folder = filled(0.5).await;
    fill(folder.path(), 0.75).await;
    let copy = folder.path().join(copies::DAILY);
    let first = fs::read(&copy).unwrap();
    fill(folder.path(), 0.875).await;
    assert_eq!(fs::read(&copy).unwrap(), first, "not twice a day");
    let tomorrow = SystemTime::now() + Duration::from_secs(25 * 60 * 60);
    open(folder.path(), &MIGRATIONS, tomorrow).await.unwrap().0.close().await;
    assert_ne!(fs::read(&copy).unwrap(), first);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_an_error_that_names_it() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let refused = Store::open(&file.join("data")).await;
    assert!(matches!(&refused, Err(Error::File { path, .. }) if path.ends_with("data")), "{refused:?}");
}

/// Not a test of its own: the other process of the test below.
#[tokio::test]
async fn the_other_program_writes_when_it_is_started_for_that() {
    let Ok(folder) = std::env::var("SON1K_WRITER_FOLDER") else { return };
    let (store, found) = Store::open(Path::new(&folder)).await.unwrap();
    assert_eq!(found, []);
    for _ in 0..100 {
        store.count_cache_miss().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_open_and_write_at_once_and_lose_nothing() {
    let folder = tempdir().unwrap();
    let other = || {
        tokio::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "open::tests::the_other_program_writes_when_it_is_started_for_that"])
            .env("SON1K_WRITER_FOLDER", folder.path())
            .output()
    };
    let (one, two, here) = tokio::join!(other(), other(), Store::open(folder.path()));
    for output in [one.unwrap(), two.unwrap()] {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    assert_eq!(here.unwrap().0.cache_totals().await.unwrap().misses, 200);
}
