//! The ONNX Runtime library, loaded once in a process, and the execution provider chosen for this machine.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ort::environment::Environment;
use ort::ep::{self, ExecutionProvider, ExecutionProviderDispatch};
use ort::session::Session;
use ort::value::Tensor;

use crate::{Error, Result, kernels, library};

/// One `Relu` over one number (opset 17): the smallest model that shows whether a provider really computes.
const PROBE: &[u8] = b"\x08\x09\x3a\x33\x0a\x0c\x0a\x01x\x12\x01y\x22\x04Relu\x12\x01p\
    Z\x0f\x0a\x01x\x12\x0a\x0a\x08\x08\x01\x12\x04\x0a\x02\x08\x01\
    b\x0f\x0a\x01y\x12\x0a\x0a\x08\x08\x01\x12\x04\x0a\x02\x08\x01B\x04\x0a\x00\x10\x11";

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    Cuda,
    WebGpu,
    CoreMl,
    DirectMl,
    Cpu,
}

impl Provider {
    /// Best first.
    const ACCELERATORS: [Self; 4] = [Self::Cuda, Self::WebGpu, Self::CoreMl, Self::DirectMl];

    /// Returns the name for people: `CUDA`, `WebGPU`, `CoreML`, `DirectML` or `CPU`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cuda => "CUDA",
            Self::WebGpu => "WebGPU",
            Self::CoreMl => "CoreML",
            Self::DirectMl => "DirectML",
            Self::Cpu => "CPU",
        }
    }

    /// Returns whether the loaded library was built with it.
    fn is_built_in(self) -> bool {
        let built_in = match self {
            Self::Cuda => ep::CUDA::is_available(),
            Self::WebGpu => ep::WebGPU::is_available(),
            Self::CoreMl => ep::CoreML::is_available(),
            Self::DirectMl => ep::DirectML::is_available(),
            Self::Cpu => Ok(true),
        };
        built_in.unwrap_or(false)
    }

    fn dispatch(self) -> Option<ExecutionProviderDispatch> {
        let dispatch = match self {
            Self::Cuda => ep::CUDA::default().build(),
            Self::WebGpu => ep::WebGPU::default().build(),
            Self::CoreMl => ep::CoreML::default().build(),
            Self::DirectMl => ep::DirectML::default().build(),
            Self::Cpu => return None,
        };
        Some(dispatch.error_on_failure())
    }
}

/// The loaded library. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Runtime(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    environment: Environment,
    provider: Provider,
    library: PathBuf,
}

/// ONNX Runtime allows one library and one environment in a process, for its whole life.
static OPENED: Mutex<Option<Runtime>> = Mutex::new(None);

impl Runtime {
    /// Loads the library and chooses the execution provider: the first of CUDA, WebGPU, CoreML and DirectML that the
    /// library has and that computes a small model on this machine, else the CPU. Once a library is loaded, later calls
    /// return it, whatever path they name.
    ///
    /// # Errors
    /// [`Error::RuntimeMissing`] when there is no such file, [`Error::RuntimeUnusable`] when it is damaged, too old or no
    /// ONNX Runtime at all; both can be tried again with another file.
    pub fn open(library: &Path) -> Result<Self> {
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &*opened {
            if runtime.0.library != library {
                tracing::info!(loaded = %runtime.0.library.display(), asked = %library.display(), "another library is loaded");
            }
            return Ok(runtime.clone());
        }
        if !library.is_file() {
            return Err(Error::RuntimeMissing(library.to_owned()));
        }
        let unusable = |reason| Error::RuntimeUnusable { path: library.to_owned(), reason };
        if let Some(flaw) = library::flaw(library) {
            return Err(unusable(flaw));
        }
        // The wrapper asserts what a foreign library may not hold.
        let loaded = catch_unwind(AssertUnwindSafe(|| load(library)));
        let environment = match loaded {
            Ok(loaded) => loaded.map_err(unusable)?,
            Err(_) => return Err(unusable("it does not behave like ONNX Runtime".into())),
        };
        // Here nobody else makes a session: two that are the first to name the studio's operations trip over each other.
        match probe(&environment, Provider::Cpu) {
            Ok(true) => {}
            Ok(false) => return Err(unusable("it computes something else".into())),
            Err(error) => return Err(unusable(error.to_string())),
        }
        let provider = choose(&environment);
        tracing::info!(provider = provider.name(), library = %library.display(), "ONNX Runtime is ready");
        let runtime = Self(Arc::new(Opened { environment, provider, library: library.to_owned() }));
        *opened = Some(runtime.clone());
        Ok(runtime)
    }

    /// Returns the name of the execution provider in use.
    pub fn provider(&self) -> &'static str {
        self.0.provider.name()
    }

    /// Returns the file that was loaded.
    pub fn library(&self) -> &Path {
        &self.0.library
    }

    /// Loads a model; one that the accelerator refuses runs on the CPU.
    pub(crate) fn session(&self, model: &Path) -> ort::Result<Session> {
        let with = |provider, sums| builder(&self.0.environment, provider, sums)?.commit_from_file(model);
        let on = |provider| match overflows() {
            // Not every model can be rewritten for exact sums: of some, the optimiser replaces the same tensor twice.
            true => with(provider, Sums::Exact).or_else(|_| with(provider, Sums::Quick)),
            false => with(provider, Sums::Quick),
        };
        match on(self.0.provider) {
            Err(error) if self.0.provider != Provider::Cpu => {
                tracing::warn!(%error, model = %model.display(), "the accelerator refuses this model");
                on(Provider::Cpu)
            }
            session => session,
        }
    }
}

fn load(library: &Path) -> Result<Environment, String> {
    let builder = ort::init_from(library).map_err(|e| e.to_string())?;
    builder.with_name("son1k").with_telemetry(false).build().map_err(|e| e.to_string())
}

/// How products of bytes are summed. The exact way rewrites a model for kernels that know nothing of VNNI: it takes half as
/// long again where there is no need for it.
#[derive(Clone, Copy)]
enum Sums {
    Exact,
    Quick,
}

/// Returns whether the quick way overflows: on x86 without VNNI, pairs of products are summed in 16 bits.
fn overflows() -> bool {
    #[cfg(target_arch = "x86_64")]
    let exact =
        std::arch::is_x86_feature_detected!("avx512vnni") || std::arch::is_x86_feature_detected!("avxvnni");
    #[cfg(not(target_arch = "x86_64"))]
    let exact = true;
    !exact
}

fn builder(
    environment: &Environment,
    provider: Provider,
    sums: Sums,
) -> ort::Result<ort::session::builder::SessionBuilder> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let builder =
        Session::builder(environment)?.with_intra_threads(threads)?.with_operators(kernels::all()?)?;
    let builder = match sums {
        Sums::Exact => builder.with_config_entry("session.x64quantprecision", "1")?,
        Sums::Quick => builder,
    };
    Ok(match provider.dispatch() {
        Some(dispatch) => builder.with_execution_providers([dispatch])?,
        None => builder,
    })
}

fn choose(environment: &Environment) -> Provider {
    let works = |provider: &Provider| match probe(environment, *provider) {
        Ok(works) => works,
        Err(error) => {
            tracing::info!(provider = provider.name(), %error, "the accelerator cannot be used here");
            false
        }
    };
    let built_in = Provider::ACCELERATORS.into_iter().filter(|provider| provider.is_built_in());
    built_in.into_iter().find(works).unwrap_or(Provider::Cpu)
}

fn probe(environment: &Environment, provider: Provider) -> ort::Result<bool> {
    let mut session = builder(environment, provider, Sums::Quick)?.commit_from_memory(PROBE)?;
    let outputs = session.run(ort::inputs![Tensor::from_array(([1], vec![2.0_f32]))?])?;
    let (_, values) = outputs[0].try_extract_tensor::<f32>()?;
    Ok(values == [2.0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::weights;

    /// A library that loads, and is not ONNX Runtime.
    const FOREIGN: [&str; 2] = ["/lib/x86_64-linux-gnu/libm.so.6", "/lib/aarch64-linux-gnu/libm.so.6"];

    #[test]
    fn a_missing_or_wrong_library_is_an_error_and_the_right_one_still_opens() {
        let folder = tempfile::tempdir().unwrap();
        let (missing, text, cut) =
            (folder.path().join("no"), folder.path().join("text"), folder.path().join("cut"));
        let right = weights("onnxruntime/libonnxruntime.so");
        std::fs::write(
            &text,
            "this is no library, only a text that is longer than a header of sixty-four bytes",
        )
        .unwrap();
        let whole = std::fs::read(&right).unwrap();
        std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();

        let first = OPENED.lock().unwrap().is_none();
        if first {
            assert!(matches!(Runtime::open(&missing), Err(Error::RuntimeMissing(_))));
            for wrong in [&text, &cut] {
                assert!(matches!(Runtime::open(wrong), Err(Error::RuntimeUnusable { .. })));
            }
            for foreign in FOREIGN.iter().map(Path::new).filter(|path| path.exists()) {
                assert!(matches!(Runtime::open(foreign), Err(Error::RuntimeUnusable { .. })));
            }
        }
        let runtime = Runtime::open(&right).unwrap();
        assert!(probe(&runtime.0.environment, runtime.0.provider).unwrap());
        assert_eq!(
            Runtime::open(&missing).unwrap().library(),
            runtime.library(),
            "one library for the whole process"
        );
    }

    #[test]
    fn a_cut_library_is_recognised_before_it_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let right = weights("onnxruntime/libonnxruntime.so");
        assert_eq!(library::flaw(&right), None);
        let whole = std::fs::read(&right).unwrap();
        for kept in [0, 10, 100, whole.len() / 2, whole.len() - 1] {
            let path = folder.path().join(kept.to_string());
            std::fs::write(&path, &whole[..kept]).unwrap();
            assert!(library::flaw(&path).is_some(), "{kept} bytes");
        }
    }
}
