//! The devices of the machine: which there are, and a stream on one of them. Inputs are in [`input`].

mod input;

use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig, SupportedBufferSize};

use crate::SAMPLE_RATE;
use crate::error::{Error, Result};
use crate::player::{Outlet, Trouble};

pub(crate) use input::Input;
pub use input::list_input_devices;

/// Frames that the device is asked to take at a time: two of them are 46 ms.
const PERIOD: u32 = 1_024;

/// More than any device is ahead or behind; some say anything at all when they begin.
const MOST_DELAY: Duration = Duration::from_millis(500);

/// Sample formats, the best first.
const FORMATS: [SampleFormat; 5] =
    [SampleFormat::F32, SampleFormat::I32, SampleFormat::I24, SampleFormat::I16, SampleFormat::U8];

/// Lists the outputs by the names that people know them by, without opening any; some may turn out not to work.
pub fn list_output_devices() -> Vec<String> {
    let mut names = Vec::new();
    let Ok(devices) = cpal::default_host().output_devices() else { return names };
    for device in devices.filter(is_real) {
        match name_of(&device) {
            Some(name) if !names.contains(&name) => names.push(name),
            _ => {}
        }
    }
    names
}

/// Finds out whether an output (the system's default without a name) can be used, and returns its name.
///
/// # Errors
/// [`Error::Device`] with the reason when it cannot.
pub fn probe(name: Option<&str>) -> Result<String> {
    Ok(Output::find(name)?.name)
}

fn name_of(device: &cpal::Device) -> Option<String> {
    device.description().ok().map(|description| description.name().to_owned())
}

/// ALSA also lists rate converters, mixers of channels and a hole that swallows everything; what sounds are servers, or
/// belongs to a card.
fn is_real(device: &cpal::Device) -> bool {
    let Ok(id) = device.id() else { return false };
    !cfg!(target_os = "linux") || is_server(device) || id.id().contains("CARD=")
}

/// A server takes any number of channels, whatever the card behind it has.
fn is_server(device: &cpal::Device) -> bool {
    let servers = ["default", "pulse", "pipewire"];
    cfg!(target_os = "linux") && device.id().is_ok_and(|id| servers.contains(&id.id()))
}

/// What gives an output its sound, on the device's thread.
pub(crate) trait Fill: Send + 'static {
    /// Puts the next frames, of which the first is heard at `heard`.
    fn fill(&mut self, frames: usize, heard: Instant, put: impl FnMut([f32; 2]));
}

impl Fill for Outlet {
    fn fill(&mut self, frames: usize, _heard: Instant, put: impl FnMut([f32; 2])) {
        Outlet::fill(self, frames, put);
    }
}

/// An output that answers, with the format it will be driven in.
pub(crate) struct Output {
    device: cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    pub(crate) name: String,
}

impl Output {
    /// Finds the output of a name, or the default one.
    pub(crate) fn find(name: Option<&str>) -> Result<Self> {
        Self::find_at(name, SAMPLE_RATE, PERIOD)
    }

    /// The same, which takes `rate` frames a second, `period` at a time, if it can.
    pub(crate) fn find_at(name: Option<&str>, rate: u32, period: u32) -> Result<Self> {
        let host = cpal::default_host();
        let device = match name {
            None => host.default_output_device(),
            Some(wanted) => host
                .output_devices()
                .map_err(unusable)?
                .filter(is_real)
                .find(|device| name_of(device).as_deref() == Some(wanted)),
        };
        let device =
            device.ok_or_else(|| Error::Device(format!("{} is not there", name.unwrap_or("an output"))))?;
        let (config, format) = choose(&device, rate, period)?;
        let name = name_of(&device).unwrap_or_else(|| "output".into());
        Ok(Self { device, config, format, name })
    }

    /// Returns the frames a second that the device takes.
    pub(crate) fn rate(&self) -> u32 {
        self.config.sample_rate
    }

    /// Starts the stream; `outlet` gives it its sound, `complain` is told when
    /// something is wrong with the device.
    pub(crate) fn start(
        &self,
        outlet: impl Fill,
        complain: impl Fn(Trouble) + Send + 'static,
    ) -> Result<cpal::Stream> {
        let stream = match self.format {
            SampleFormat::F32 => self.stream::<f32, _>(outlet, complain),
            SampleFormat::I32 => self.stream::<i32, _>(outlet, complain),
            SampleFormat::I24 => self.stream::<cpal::I24, _>(outlet, complain),
            SampleFormat::I16 => self.stream::<i16, _>(outlet, complain),
            SampleFormat::U8 => self.stream::<u8, _>(outlet, complain),
            other => Err(Error::Device(format!("{} wants {other} samples", self.name))),
        }?;
        stream.play().map_err(unusable)?;
        Ok(stream)
    }

    fn stream<T: SizedSample + FromSample<f32>, F: Fill>(
        &self,
        mut outlet: F,
        complain: impl Fn(Trouble) + Send + 'static,
    ) -> Result<cpal::Stream> {
        let channels = usize::from(self.config.channels);
        let fill = move |data: &mut [T], info: &cpal::OutputCallbackInfo| {
            let stamp = info.timestamp();
            let ahead = stamp.playback.checked_duration_since(stamp.callback).unwrap_or_default();
            pour(&mut outlet, data, channels, Instant::now() + ahead.min(MOST_DELAY));
        };
        let failed = move |error: cpal::Error| {
            if let Some(trouble) = trouble(&error) {
                complain(trouble);
            }
        };
        self.device.build_output_stream(self.config, fill, failed, None).map_err(unusable)
    }
}

/// Returns what an error of a running stream means; nothing when the stream goes on all the same.
fn trouble(error: &cpal::Error) -> Option<Trouble> {
    match error.kind() {
        ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => None,
        ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated => {
            Some(Trouble::Lost(error.to_string()))
        }
        _ => Some(Trouble::Stumbled(error.to_string())),
    }
}

/// What is done when a device asks for sound, on its thread.
pub(crate) fn pour<T: SizedSample + FromSample<f32>, F: Fill>(
    outlet: &mut F,
    data: &mut [T],
    channels: usize,
    heard: Instant,
) {
    let mut frames = data.chunks_exact_mut(channels);
    F::fill(outlet, frames.len(), heard, |sound| {
        if let Some(frame) = frames.next() {
            place(sound, frame);
        }
    });
}

/// Puts a stereo frame on the first two of any number of channels.
fn place<T: SizedSample + FromSample<f32>>(sound: [f32; 2], frame: &mut [T]) {
    match frame {
        [only] => *only = T::from_sample(0.5 * (sound[0] + sound[1])),
        [left, right, rest @ ..] => {
            *left = T::from_sample(sound[0]);
            *right = T::from_sample(sound[1]);
            rest.fill(T::EQUILIBRIUM);
        }
        [] => {}
    }
}

/// Chooses stereo at `rate` in the best sample format, or else what the device prefers.
fn choose(device: &cpal::Device, rate: u32, period: u32) -> Result<(StreamConfig, SampleFormat)> {
    let configs: Vec<_> = device.supported_output_configs().map_err(unusable)?.collect();
    let fits = configs.iter().filter(|config| config.channels() == 2).filter_map(|config| {
        let quality = FORMATS.iter().position(|format| *format == config.sample_format())?;
        Some((quality, config.try_with_sample_rate(rate)?))
    });
    let config = match fits.min_by_key(|(quality, _)| *quality) {
        Some((_, config)) => config,
        None => device.default_output_config().map_err(unusable)?,
    };
    Ok((with_period(&config, period), config.sample_format()))
}

/// Asks the device to take or give `period` frames at a time, if it lets us.
fn with_period(config: &cpal::SupportedStreamConfig, period: u32) -> StreamConfig {
    let mut stream: StreamConfig = config.config();
    if let SupportedBufferSize::Range { min, max } = config.buffer_size()
        && (*min..=*max).contains(&period)
    {
        stream.buffer_size = BufferSize::Fixed(period);
    }
    stream
}

fn unusable(error: cpal::Error) -> Error {
    Error::Device(error.to_string())
}
