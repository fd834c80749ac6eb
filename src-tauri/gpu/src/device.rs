//! The GPU: which one, and whether it is still there.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::{Error, Result};

/// Longest wait for a picture. What takes longer is a driver that hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open GPU, or a driver that stands in for one on the processor.
pub(crate) struct Gpu {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    pub name: String,
    /// Whether it is the processor in disguise.
    pub software: bool,
    lost: Arc<Lost>,
}

/// Why the GPU is gone, told from any thread.
#[derive(Default)]
struct Lost {
    is_lost: AtomicBool,
    why: Mutex<String>,
}

impl Lost {
    fn tell(&self, why: String) {
        if !self.is_lost.swap(true, Ordering::SeqCst) {
            tracing::warn!(why, "the GPU is lost; the processor draws from now on");
            *self.why.lock().unwrap_or_else(PoisonError::into_inner) = why;
        }
    }
}

impl Gpu {
    /// Opens the best there is: a card of its own before one that shares the processor's memory, and a driver in
    /// software last.
    ///
    /// # Errors
    /// [`Error::NoAdapter`] and [`Error::Refused`].
    pub fn open() -> Result<Self> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let mut adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
        adapters.retain(|adapter| adapter.get_downlevel_capabilities().is_webgpu_compliant());
        adapters.sort_by_key(|adapter| rank(adapter.get_info().device_type));
        let mut refused = Error::NoAdapter;
        for adapter in adapters {
            match Self::open_adapter(&adapter) {
                Ok(gpu) => return Ok(gpu),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    fn open_adapter(adapter: &wgpu::Adapter) -> Result<Self> {
        let info = adapter.get_info();
        let description = wgpu::DeviceDescriptor {
            label: Some("spectrogram"),
            // Small demands: what every adapter of the last ten years has.
            required_limits: wgpu::Limits {
                max_storage_buffers_per_shader_stage: 4,
                ..wgpu::Limits::downlevel_defaults()
            },
            ..wgpu::DeviceDescriptor::default()
        };
        let opened = pollster::block_on(adapter.request_device(&description));
        let (device, queue) = opened.map_err(|error| Error::Refused(error.to_string()))?;
        let lost = Arc::new(Lost::default());
        let tell = lost.clone();
        device.set_device_lost_callback(move |reason, why| tell.tell(format!("{reason:?}: {why}")));
        // Without this, an error of the driver would be a panic.
        let tell = lost.clone();
        device.on_uncaptured_error(Arc::new(move |error| tell.tell(error.to_string())));
        let software = info.device_type == wgpu::DeviceType::Cpu;
        Ok(Self { device, queue, name: info.name, software, lost })
    }

    /// Fails once the GPU is gone.
    pub fn check(&self) -> Result<()> {
        if self.lost.is_lost.load(Ordering::SeqCst) {
            let why = self.lost.why.lock().unwrap_or_else(PoisonError::into_inner);
            return Err(Error::Lost(why.clone()));
        }
        Ok(())
    }

    /// Notes that nothing is to be asked of it any more.
    pub fn give_up(&self, why: String) -> Error {
        self.lost.tell(why.clone());
        Error::Lost(why)
    }

    /// Makes a buffer with this content.
    pub fn buffer(&self, content: &[u8], usage: wgpu::BufferUsages) -> wgpu::Buffer {
        let buffer = self.empty(content.len() as u64, usage | wgpu::BufferUsages::COPY_DST);
        self.queue.write_buffer(&buffer, 0, content);
        buffer
    }

    pub fn empty(&self, size: u64, usage: wgpu::BufferUsages) -> wgpu::Buffer {
        let size = size.max(16);
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage,
            mapped_at_creation: false,
        })
    }

    /// Waits until all that was asked is done, and reads a buffer.
    ///
    /// # Errors
    /// [`Error::Lost`].
    pub fn read(&self, buffer: &wgpu::Buffer) -> Result<Vec<u8>> {
        let (told, hear) = std::sync::mpsc::channel();
        buffer.map_async(wgpu::MapMode::Read, .., move |mapped| drop(told.send(mapped)));
        let wait = wgpu::PollType::Wait { submission_index: None, timeout: Some(PATIENCE) };
        self.device.poll(wait).map_err(|error| self.give_up(error.to_string()))?;
        let mapped = hear.try_recv().map_err(|_| self.give_up("it did not answer".into()))?;
        mapped.map_err(|error| self.give_up(error.to_string()))?;
        self.check()?;
        let view = buffer.get_mapped_range(..).map_err(|error| self.give_up(error.to_string()))?;
        let bytes = view.to_vec();
        drop(view);
        buffer.unmap();
        Ok(bytes)
    }
}

fn rank(kind: wgpu::DeviceType) -> u8 {
    match kind {
        wgpu::DeviceType::DiscreteGpu => 0,
        wgpu::DeviceType::IntegratedGpu => 1,
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Other => 3,
        wgpu::DeviceType::Cpu => 4,
    }
}
