//! Inputs: which there are, and a stream from one of them.

use std::time::Instant;

use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig, SupportedStreamConfig,
    SupportedStreamConfigRange,
};
use son1k_domain::recording::InputDevice;

use super::{MOST_DELAY, is_real, is_server, name_of, trouble, unusable, with_period};
use crate::error::{Error, Result};
use crate::player::Trouble;
use crate::recorder::Inlet;

/// The rates of studios; any other is taken only from a device that has neither.
const RATES: [u32; 2] = [48_000, 44_100];

/// Sample formats, the best first.
const FORMATS: [SampleFormat; 12] = [
    SampleFormat::F32,
    SampleFormat::I32,
    SampleFormat::I24,
    SampleFormat::F64,
    SampleFormat::I64,
    SampleFormat::U32,
    SampleFormat::U24,
    SampleFormat::U64,
    SampleFormat::I16,
    SampleFormat::U16,
    SampleFormat::I8,
    SampleFormat::U8,
];

/// Lists the inputs by the names that people know them by; some may turn out not to work. One that another program
/// holds may be missing.
pub fn list_input_devices() -> Vec<InputDevice> {
    let mut found: Vec<InputDevice> = Vec::new();
    let Ok(devices) = cpal::default_host().input_devices() else { return found };
    for device in devices.filter(is_real) {
        match described(&device) {
            Some(input) if found.iter().all(|other| other.name != input.name) => found.push(input),
            _ => {}
        }
    }
    found
}

fn described(device: &cpal::Device) -> Option<InputDevice> {
    let preferred = device.default_input_config().ok()?.channels();
    let most = || device.supported_input_configs().ok()?.map(|config| config.channels()).max();
    let channels = if is_server(device) { preferred } else { most().unwrap_or(preferred) };
    Some(InputDevice { name: name_of(device)?, channels })
}

/// An input that answers, with the format that it will be driven in.
pub(crate) struct Input {
    device: cpal::Device,
    config: StreamConfig,
    format: SampleFormat,
    pub(crate) facts: InputDevice,
}

impl Input {
    /// Finds the input of a name, or the default one, with at least `channels`, or as many as it has. It is asked to give
    /// `period` frames at a time.
    pub(crate) fn find(name: Option<&str>, channels: u16, period: u32) -> Result<Self> {
        let host = cpal::default_host();
        let device = match name {
            None => host.default_input_device(),
            Some(wanted) => host
                .input_devices()
                .map_err(unusable)?
                .filter(is_real)
                .find(|device| name_of(device).as_deref() == Some(wanted)),
        };
        let device =
            device.ok_or_else(|| Error::Device(format!("{} is not there", name.unwrap_or("an input"))))?;
        let preferred = device.default_input_config().map_err(unusable)?;
        let offered: Vec<_> = device.supported_input_configs().map_err(unusable)?.collect();
        let config = choose(preferred, &offered, channels);
        let most = described(&device).map_or(config.channels(), |facts| facts.channels);
        let name = name_of(&device).unwrap_or_else(|| "input".into());
        let facts = InputDevice { name, channels: most.max(config.channels()) };
        Ok(Self { device, config: with_period(&config, period), format: config.sample_format(), facts })
    }

    /// Returns the frames a second that the device gives.
    pub(crate) fn rate(&self) -> u32 {
        self.config.sample_rate
    }

    /// Returns the channels that the stream will have.
    pub(crate) fn channels(&self) -> u16 {
        self.config.channels
    }

    /// Starts the stream; `inlet` takes its sound, and `complain` is told when something is wrong with the device.
    pub(crate) fn start(
        &self,
        inlet: Inlet,
        complain: impl Fn(Option<Trouble>) + Send + 'static,
    ) -> Result<cpal::Stream> {
        let stream = match self.format {
            SampleFormat::F32 => self.stream::<f32>(inlet, complain),
            SampleFormat::F64 => self.stream::<f64>(inlet, complain),
            SampleFormat::I8 => self.stream::<i8>(inlet, complain),
            SampleFormat::I16 => self.stream::<i16>(inlet, complain),
            SampleFormat::I24 => self.stream::<cpal::I24>(inlet, complain),
            SampleFormat::I32 => self.stream::<i32>(inlet, complain),
            SampleFormat::I64 => self.stream::<i64>(inlet, complain),
            SampleFormat::U8 => self.stream::<u8>(inlet, complain),
            SampleFormat::U16 => self.stream::<u16>(inlet, complain),
            SampleFormat::U24 => self.stream::<cpal::U24>(inlet, complain),
            SampleFormat::U32 => self.stream::<u32>(inlet, complain),
            SampleFormat::U64 => self.stream::<u64>(inlet, complain),
            other => Err(Error::Device(format!("{} gives {other} samples", self.facts.name))),
        }?;
        stream.play().map_err(unusable)?;
        Ok(stream)
    }

    fn stream<T>(
        &self,
        mut inlet: Inlet,
        complain: impl Fn(Option<Trouble>) + Send + 'static,
    ) -> Result<cpal::Stream>
    where
        T: SizedSample,
        f32: FromSample<T>,
    {
        let channels = usize::from(self.config.channels);
        let take = move |data: &[T], info: &cpal::InputCallbackInfo| {
            let stamp = info.timestamp();
            let age = stamp.callback.checked_duration_since(stamp.capture).unwrap_or_default();
            let now = Instant::now();
            let captured = now.checked_sub(age.min(MOST_DELAY)).unwrap_or(now);
            inlet.take(data, channels, captured, |sample| f32::from_sample_(sample));
        };
        let failed = move |error: cpal::Error| match error.kind() {
            // The stream goes on, but the device has thrown frames away.
            ErrorKind::Xrun => complain(None),
            _ => {
                if let Some(trouble) = trouble(&error) {
                    complain(Some(trouble));
                }
            }
        };
        self.device.build_input_stream(self.config, take, failed, None).map_err(unusable)
    }
}

/// Chooses as few channels as are enough, at the rate that the device prefers if it is one of a studio, in the best
/// sample format; or else what the device prefers.
fn choose(
    preferred: SupportedStreamConfig,
    offered: &[SupportedStreamConfigRange],
    channels: u16,
) -> SupportedStreamConfig {
    let rate = Some(preferred.sample_rate()).filter(|rate| RATES.contains(rate));
    let rates: Vec<u32> = rate.into_iter().chain(RATES).chain([preferred.sample_rate()]).collect();
    let fits = offered.iter().filter(|config| config.channels() >= channels).filter_map(|config| {
        let quality = FORMATS.iter().position(|format| *format == config.sample_format())?;
        let (rank, config) = rates
            .iter()
            .enumerate()
            .find_map(|(rank, rate)| Some((rank, config.try_with_sample_rate(*rate)?)))?;
        let unlike = config.channels() != preferred.channels();
        Some(((unlike, config.channels(), rank, quality), config))
    });
    fits.min_by_key(|(order, _)| *order).map_or(preferred, |(_, config)| config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cpal::SupportedBufferSize;

    fn range(channels: u16, rates: (u32, u32), format: SampleFormat) -> SupportedStreamConfigRange {
        SupportedStreamConfigRange::new(channels, rates.0, rates.1, SupportedBufferSize::Unknown, format)
    }

    fn chosen(
        offered: &[SupportedStreamConfigRange],
        preferred: usize,
        rate: u32,
        channels: u16,
    ) -> (u16, u32, SampleFormat) {
        let config = choose(offered[preferred].with_sample_rate(rate), offered, channels);
        (config.channels(), config.sample_rate(), config.sample_format())
    }

    #[test]
    fn the_device_s_own_rate_is_kept_if_it_is_one_of_a_studio() {
        let any = (8_000, 192_000);
        let offered = [range(2, any, SampleFormat::I16), range(2, any, SampleFormat::I32)];
        assert_eq!(chosen(&offered, 0, 44_100, 1), (2, 44_100, SampleFormat::I32));
        assert_eq!(chosen(&offered, 0, 48_000, 2), (2, 48_000, SampleFormat::I32));
        assert_eq!(chosen(&offered, 0, 192_000, 2), (2, 48_000, SampleFormat::I32));
        let narrow = [range(1, (16_000, 16_000), SampleFormat::I16)];
        assert_eq!(chosen(&narrow, 0, 16_000, 1), (1, 16_000, SampleFormat::I16));
    }

    #[test]
    fn more_channels_are_only_taken_when_they_are_asked_for() {
        let any = (44_100, 48_000);
        let offered = [2, 8, 18].map(|channels| range(channels, any, SampleFormat::I32));
        assert_eq!(chosen(&offered, 0, 48_000, 2).0, 2);
        assert_eq!(chosen(&offered, 0, 48_000, 3).0, 8);
        assert_eq!(chosen(&offered, 0, 48_000, 12).0, 18);
        assert_eq!(chosen(&offered, 0, 48_000, 64).0, 2, "the caller says that there are not so many");
    }
}
