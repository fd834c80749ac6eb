//! A store in a bucket of S3 or of what speaks its language: the files of the restic format as objects of the same names.
//!
//! The engine's own backend passes over a failure while it lists, which would make half a list look like a whole one, and
//! brings every storage of the cloud along. This speaks to the same library (opendal), S3 only, and passes over nothing.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use opendal::blocking::Operator;
use opendal::layers::{RetryLayer, TimeoutLayer};
use opendal::options::{ListOptions, ReadOptions};
use opendal::services::S3;
use opendal::{Buffer, ErrorKind};
use rustic_core::{BytesList, FileType, Id, ReadBackend, RusticResult, WriteBackend};
use tokio::runtime::Runtime;

use crate::error::{Error, Result};
use crate::folder::{self, is_whole};
use crate::place::Files;
use crate::under_way::UnderWay;
use crate::vault::PACK;

/// Packs on their way: more would share a slow line, and each take longer than it may.
const UNDER_WAY: usize = 2;
/// How long a short question may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long sending a pack, which is one request, may take, and each piece of an answer.
const PATIENCE_WITH_PACKS: Duration = Duration::from_secs(600);
/// Bits a second of the slowest line that a copy must get through: what a telephone has in a house in the country.
const SLOWEST: u64 = 500_000;
const _: () = assert!(UNDER_WAY as u64 * PACK.0 * 8 / SLOWEST < PATIENCE_WITH_PACKS.as_secs());
/// How often a request is tried again after the first time, at growing intervals.
const RETRIES: usize = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// What Amazon takes where nobody names a region.
const REGION: &str = "us-east-1";
/// How storages say that there is no room left, by Amazon, Ceph, MinIO and others.
const FULL: [&str; 4] = ["QuotaExceeded", "StorageFull", "InsufficientStorage", "EntityTooLarge"];
/// What is wrong with how one signs in, though it is not called a lack of permission.
const SIGNING: [&str; 4] =
    ["AuthorizationHeaderMalformed", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken"];

/// A folder of a bucket, and who may use it.
#[derive(Clone, PartialEq, Eq)]
pub struct Bucket {
    endpoint: String,
    region: String,
    bucket: String,
    prefix: String,
    access_key: String,
    secret: String,
    shown: PathBuf,
}

impl Bucket {
    /// Takes the address of a bucket; without a scheme `https` is meant. An empty endpoint is Amazon's own, an empty
    /// region its first one, an empty prefix the whole bucket.
    pub fn new(
        endpoint: &str,
        region: &str,
        bucket: &str,
        prefix: &str,
        access_key: &str,
        secret: &str,
    ) -> Self {
        let endpoint = endpoint.trim().trim_end_matches('/');
        let endpoint = match endpoint {
            "" => String::new(),
            address if address.contains("://") => address.to_owned(),
            address => format!("https://{address}"),
        };
        let prefix = prefix.trim().trim_matches('/').to_owned();
        let bucket = bucket.trim().to_owned();
        let shown = PathBuf::from(format!("s3://{bucket}")).join(&prefix);
        let region = match region.trim() {
            "" => REGION.to_owned(),
            region => region.to_owned(),
        };
        let [access_key, secret] = [access_key, secret].map(|key| key.trim().to_owned());
        Self { endpoint, region, bucket, prefix, access_key, secret, shown }
    }

    /// Returns how the place is named in messages.
    pub(crate) fn shown(&self) -> &Path {
        &self.shown
    }

    /// Opens the place; nothing is sent yet.
    pub(crate) fn files(&self) -> Result<Objects> {
        let mut service = S3::default()
            .bucket(&self.bucket)
            .region(&self.region)
            .root(&format!("/{}", self.prefix))
            .access_key_id(&self.access_key)
            .secret_access_key(&self.secret)
            // Only what the musician gave: keys of other programs on this machine are none of the studio's business.
            .disable_config_load()
            .disable_ec2_metadata();
        if !self.endpoint.is_empty() {
            service = service.endpoint(&self.endpoint);
        }
        let timeout = TimeoutLayer::new().with_timeout(PATIENCE).with_io_timeout(PATIENCE_WITH_PACKS);
        let retry = RetryLayer::new()
            .with_max_times(RETRIES)
            .with_min_delay(FIRST_PAUSE)
            .with_max_delay(LONGEST_PAUSE)
            .with_jitter();
        let _entered = runtime()?.enter();
        let operator = opendal::Operator::new(service)
            .and_then(|operator| Operator::new(operator.layer(timeout).layer(retry)))
            .map_err(|error| self.refused(&self.shown, &error))?;
        Ok(Objects { place: self.clone(), operator, under_way: UnderWay::default() })
    }

    /// Tells a refusal apart by what a musician can do about it.
    fn refused(&self, path: &Path, error: &opendal::Error) -> Error {
        let said = error.message();
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        let place = || self.shown.clone();
        match error.kind() {
            _ if says(&FULL) => Error::DiskFull(path.into()),
            _ if says(&["NoSuchBucket", "InvalidBucketName"]) => Error::NoBucket(place()),
            ErrorKind::NotFound => Error::Damaged(path.into()),
            ErrorKind::PermissionDenied => Error::Refused(place()),
            _ if says(&SIGNING) => Error::Refused(place()),
            ErrorKind::ConfigInvalid => Error::Engine(error.to_string()),
            _ => Error::Unreachable { place: place(), cause: error.to_string() },
        }
    }
}

/// Keeps the secret out of logs.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.shown).finish()
    }
}

/// Requests of all buckets wait here.
fn runtime() -> Result<&'static Runtime> {
    static RUNTIME: OnceLock<std::result::Result<Runtime, String>> = OnceLock::new();
    let made = RUNTIME.get_or_init(|| {
        opendal::install_default();
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder
            .worker_threads(2)
            .thread_name("bucket")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())
    });
    made.as_ref().map_err(|error| Error::Engine(error.clone()))
}

/// The files of a store in a bucket.
#[derive(Debug)]
pub(crate) struct Objects {
    place: Bucket,
    operator: Operator,
    under_way: UnderWay,
}

impl Objects {
    fn path(&self, kind: FileType, id: &Id) -> PathBuf {
        folder::path(&self.place.shown, kind, id)
    }

    fn stored(&self, kind: FileType) -> Result<Vec<(Id, u32)>> {
        if kind == FileType::Config {
            let found = self.operator.stat(kind.dirname());
            return match found {
                Ok(_) => Ok(vec![(Id::default(), 0)]),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    // What is asked for one object does not tell a missing object from a missing bucket.
                    let first = ListOptions { limit: Some(1), ..ListOptions::default() };
                    let mut listed =
                        self.operator.lister_options("/", first).map_err(|error| self.no_list(&error))?;
                    listed.next().transpose().map_err(|error| self.no_list(&error))?;
                    Ok(Vec::new())
                }
                Err(error) => Err(self.no_list(&error)),
            };
        }
        let options = ListOptions { recursive: true, ..ListOptions::default() };
        let listed = self.operator.list_options(&format!("{}/", kind.dirname()), options);
        let mut found = Vec::new();
        for entry in listed.map_err(|error| self.no_list(&error))? {
            let Ok(id) = entry.name().parse::<Id>() else { continue };
            found.push((id, u32::try_from(entry.metadata().content_length()).unwrap_or(u32::MAX)));
        }
        Ok(found)
    }

    fn no_list(&self, error: &opendal::Error) -> Error {
        match self.place.refused(&self.place.shown, error) {
            Error::Damaged(place) => Error::NoBucket(place),
            other => other,
        }
    }
}

/// Returns the name of an object.
fn name(kind: FileType, id: &Id) -> String {
    let digits = id.to_hex();
    match kind {
        FileType::Config => kind.dirname().to_owned(),
        FileType::Pack => format!("{}/{}/{}", kind.dirname(), &digits.as_str()[..2], digits.as_str()),
        _ => format!("{}/{}", kind.dirname(), digits.as_str()),
    }
}

impl Files for Objects {
    fn under_way(&self) -> &UnderWay {
        &self.under_way
    }
}

impl ReadBackend for Objects {
    fn location(&self) -> String {
        self.place.shown.display().to_string()
    }

    fn list(&self, kind: FileType) -> RusticResult<Vec<Id>> {
        Ok(self.stored(kind)?.into_iter().map(|(id, _)| id).collect())
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        Ok(self.stored(kind)?)
    }

    fn read_full(&self, kind: FileType, id: &Id) -> RusticResult<Bytes> {
        let path = self.path(kind, id);
        let content = self.operator.read(&name(kind, id));
        let content = content.map_err(|error| self.place.refused(&path, &error))?.to_bytes();
        if is_whole(kind, id, &content) { Ok(content) } else { Err(Error::Damaged(path).into()) }
    }

    fn read_partial(
        &self,
        kind: FileType,
        id: &Id,
        _cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<Bytes> {
        let path = self.path(kind, id);
        let range = u64::from(offset)..u64::from(offset) + u64::from(length);
        let options = ReadOptions { range: range.into(), ..ReadOptions::default() };
        let content = self.operator.read_options(&name(kind, id), options);
        let content = content.map_err(|error| match error.kind() {
            ErrorKind::RangeNotSatisfied => Error::Damaged(path.clone()),
            _ => self.place.refused(&path, &error),
        })?;
        let content = content.to_bytes();
        if content.len() == length as usize { Ok(content) } else { Err(Error::Damaged(path).into()) }
    }

    fn warmup_path(&self, kind: FileType, id: &Id) -> String {
        name(kind, id)
    }
}

impl WriteBackend for Objects {
    fn create(&self) -> RusticResult<()> {
        Ok(())
    }

    fn write_bytes(&self, kind: FileType, id: &Id, _cacheable: bool, content: BytesList) -> RusticResult<()> {
        let (path, name) = (self.path(kind, id), name(kind, id));
        let (operator, place) = (self.operator.clone(), self.place.clone());
        let send = move || {
            let sent = operator.write(&name, Buffer::from(content.into_vec()));
            sent.map(|_| ()).map_err(|error| match place.refused(&path, &error) {
                Error::Damaged(_) => Error::NoBucket(place.shown.clone()),
                other => other,
            })
        };
        if kind == FileType::Pack {
            return Ok(self.under_way.begin(UNDER_WAY, send)?);
        }
        // What an index names, and a version needs, is there before it.
        self.under_way.settle()?;
        Ok(send()?)
    }

    fn remove(&self, kind: FileType, id: &Id, _cacheable: bool) -> RusticResult<()> {
        // What replaces an object must be there before it goes.
        self.under_way.settle()?;
        let removed = self.operator.delete(&name(kind, id));
        Ok(removed.map_err(|error| self.place.refused(&self.path(kind, id), &error))?)
    }
}
