//! Facts about this machine.

use std::path::Path;

use son1k_domain::setting::Language;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// Main memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    pub total: u64,
    /// What programs can still take without swapping.
    pub available: u64,
}

/// The processor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpu {
    /// As the processor calls itself; may be empty.
    pub name: String,
    /// Threads that run at once.
    pub cores: usize,
}

/// Returns the machine's memory, or the container's where that is smaller; `None` when the system does not say.
pub fn memory() -> Option<Memory> {
    let wanted = RefreshKind::nothing().with_memory(MemoryRefreshKind::everything());
    let system = System::new_with_specifics(wanted).ok()?;
    let (total, available) = (system.total_memory(), system.available_memory());
    Some(match system.cgroup_limits() {
        Some(limits) if limits.total_memory > 0 => {
            Memory { total: total.min(limits.total_memory), available: available.min(limits.free_memory) }
        }
        _ => Memory { total, available },
    })
}

/// Returns the processor's name and threads.
pub fn cpu() -> Cpu {
    let system = System::new_with_specifics(RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()));
    let brand = |system: System| system.cpus().first().map(|cpu| cpu.brand().trim().to_owned());
    let name = system.ok().and_then(brand).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Cpu { name, cores }
}

/// Returns the bytes that can still be written at `path` (which need not exist yet); `None` when the system does not say.
pub fn free_disk(path: &Path) -> Option<u64> {
    let path = std::path::absolute(path).ok()?;
    let existing = path.ancestors().find(|folder| folder.exists())?;
    free_at(existing)
}

#[cfg(unix)]
fn free_at(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_at(folder: &Path) -> Option<u64> {
    let folder = folder.canonicalize().ok()?;
    let disks = sysinfo::Disks::new_with_refreshed_list();
    let holding = disks.iter().filter(|disk| {
        let mount = disk.mount_point().canonicalize();
        mount.is_ok_and(|mount| folder.starts_with(mount))
    });
    holding.max_by_key(|disk| disk.mount_point().as_os_str().len()).map(sysinfo::Disk::available_space)
}

/// Returns the language of the user's system: Spanish when it says so, English for everything else.
pub fn system_language() -> Language {
    language_of(sys_locale::get_locale().as_deref())
}

fn language_of(locale: Option<&str>) -> Language {
    let primary = locale.and_then(|locale| locale.split(['-', '_', '.', '@']).next());
    match primary {
        Some(language) if language.eq_ignore_ascii_case("es") => Language::Es,
        _ => Language::En,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_cores_are_plausible() {
        let memory = memory().unwrap();
        assert!(memory.total > 128 << 20 && memory.available <= memory.total, "{memory:?}");
        assert!(cpu().cores >= 1);
    }

    #[test]
    fn free_disk_is_told_for_folders_that_do_not_exist_yet() {
        let folder = tempfile::tempdir().unwrap();
        let here = free_disk(folder.path()).unwrap();
        assert!(here > 0);
        assert!(free_disk(&folder.path().join("not/yet/there")).is_some());
    }

    #[test]
    fn spanish_systems_are_recognised_and_all_others_speak_english() {
        for locale in ["es", "es-ES", "es_MX.UTF-8", "ES"] {
            assert_eq!(language_of(Some(locale)), Language::Es, "{locale}");
        }
        for locale in [Some("en-GB"), Some("est-EE"), Some("C"), Some(""), None] {
            assert_eq!(language_of(locale), Language::En, "{locale:?}");
        }
    }
}
