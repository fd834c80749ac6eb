//! Files of a project, named by the blake3 hash of their content: `assets/ab/abcdef…`.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use son1k_domain::id::AssetId;

use crate::{Error, Result, disk};

const HEX: usize = 2 * blake3::OUT_LEN;

/// The assets of one project. Cheap to clone; safe to use from several threads.
#[derive(Debug, Clone)]
pub struct Assets {
    folder: PathBuf,
}

impl Assets {
    /// Returns the assets of the project in `folder`; nothing is created before the first [`Assets::put`].
    pub fn of(project: &Path) -> Self {
        Self { folder: project.join("assets") }
    }

    /// Keeps `bytes` and returns their id; the same bytes are kept once.
    pub fn put(&self, bytes: &[u8]) -> Result<AssetId> {
        let id = AssetId(blake3::hash(bytes).to_hex().to_string());
        if !self.holds(&id) {
            let place = self.place(&id)?;
            make_folder_of(&place)?;
            disk::write(&place, bytes)?;
        }
        Ok(id)
    }

    /// Keeps a copy of the file at `path`, of any size, and returns its id.
    pub fn put_file(&self, path: &Path) -> Result<AssetId> {
        fs::create_dir_all(&self.folder).map_err(Error::io("create", &self.folder))?;
        let temp = disk::temporary(&self.folder.join("incoming"));
        let kept = self.copy_in(path, &temp);
        // The temporary file is gone when it became the asset.
        let _ = fs::remove_file(&temp);
        kept
    }

    fn copy_in(&self, from: &Path, temp: &Path) -> Result<AssetId> {
        let mut source = File::open(from).map_err(Error::io("read", from))?;
        let mut target = File::create(temp).map_err(Error::io("write", temp))?;
        let mut hasher = blake3::Hasher::new();
        let mut block = vec![0; 1 << 17];
        loop {
            let read = source.read(&mut block).map_err(Error::io("read", from))?;
            let Some(filled) = block.get(..read).filter(|b| !b.is_empty()) else { break };
            hasher.update(filled);
            target.write_all(filled).map_err(Error::io("write", temp))?;
        }
        target.sync_all().map_err(Error::io("write", temp))?;
        let id = AssetId(hasher.finalize().to_hex().to_string());
        if !self.holds(&id) {
            let place = self.place(&id)?;
            make_folder_of(&place)?;
            disk::settle(temp, &place)?;
        }
        Ok(id)
    }

    /// Returns where an asset lies. The content is not checked: players that stream use this.
    pub fn path(&self, id: &AssetId) -> Result<PathBuf> {
        let place = self.place(id)?;
        if place.is_file() { Ok(place) } else { Err(Error::NoAsset(id.clone())) }
    }

    /// Reads an asset and checks that it is what its id says.
    pub fn get(&self, id: &AssetId) -> Result<Vec<u8>> {
        let place = self.path(id)?;
        let bytes = fs::read(&place).map_err(Error::io("read", &place))?;
        if blake3::hash(&bytes).to_hex().as_str() == id.as_str() {
            Ok(bytes)
        } else {
            Err(Error::DamagedAsset(id.clone()))
        }
    }

    /// Whether a whole copy is there; a damaged one is written again by the next put.
    fn holds(&self, id: &AssetId) -> bool {
        self.path(id).is_ok_and(|place| hash_of(&place).is_ok_and(|hash| hash == id.as_str()))
    }

    /// Ids come from documents that may be hostile: only a hash in hex becomes a path.
    fn place(&self, id: &AssetId) -> Result<PathBuf> {
        let hex = id.as_str();
        let valid = hex.len() == HEX && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match hex.get(..2) {
            Some(shelf) if valid => Ok(self.folder.join(shelf).join(hex)),
            _ => Err(Error::NoAsset(id.clone())),
        }
    }
}

fn hash_of(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

fn make_folder_of(place: &Path) -> Result<()> {
    let folder = place.parent().unwrap_or(place);
    fs::create_dir_all(folder).map_err(Error::io("create", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_kept_once_under_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let assets = Assets::of(folder.path());
        let id = assets.put(b"la la la").unwrap();
        assert_eq!(assets.put(b"la la la").unwrap(), id);
        assert_eq!(assets.get(&id).unwrap(), b"la la la");
        let place = folder.path().join("assets").join(&id.0[..2]).join(&id.0);
        assert_eq!(assets.path(&id).unwrap(), place);
        assert_eq!(fs::read_dir(place.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_and_its_bytes_have_the_same_id_and_leave_no_temporary() {
        let folder = tempfile::tempdir().unwrap();
        let assets = Assets::of(folder.path());
        let bytes: Vec<u8> = (0..400_000u32).map(|i| (i % 251) as u8).collect();
        let file = folder.path().join("master.flac");
        fs::write(&file, &bytes).unwrap();
        let id = assets.put_file(&file).unwrap();
        assert_eq!(assets.put(&bytes).unwrap(), id);
        assert_eq!(assets.put_file(&file).unwrap(), id);
        let entries: Vec<_> = fs::read_dir(folder.path().join("assets")).unwrap().collect();
        assert_eq!(entries.len(), 1);
    }

    #[test]
    fn a_damaged_asset_is_noticed_and_mended_by_putting_it_again() {
        let folder = tempfile::tempdir().unwrap();
        let assets = Assets::of(folder.path());
        let id = assets.put(b"good").unwrap();
        fs::write(assets.path(&id).unwrap(), b"evil").unwrap();
        assert!(matches!(assets.get(&id), Err(Error::DamagedAsset(_))));
        assets.put(b"good").unwrap();
        assert_eq!(assets.get(&id).unwrap(), b"good");
    }

    #[test]
    fn an_id_that_is_no_hash_never_becomes_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let assets = Assets::of(folder.path());
        for id in ["", "..", "../../etc/passwd", "é", &"A".repeat(64), &"0".repeat(63)] {
            assert!(matches!(assets.path(&AssetId::from(id)), Err(Error::NoAsset(_))), "{id}");
        }
        assert!(matches!(assets.get(&AssetId("0".repeat(64))), Err(Error::NoAsset(_))));
    }
}
