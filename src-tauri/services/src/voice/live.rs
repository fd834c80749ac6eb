//! A voice that is changed while it is heard: the microphone, the conversion, and an output for it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use son1k_audio::recorder::{Change, Recorder as Engine, RecorderEvent};
use son1k_domain::conversion::Conversion;
use son1k_domain::live::{Live, LiveDelay, LiveFrame};
use son1k_domain::recording::InputSettings;
use son1k_domain::unit::{Db, Seconds};
use son1k_domain::{Event, Problem};
use son1k_voice::presets;

use super::modulating::within;
use crate::events::Events;
use crate::recording::{Trouble, blocking, of_engine};
use crate::settings::CurrentSettings;
use crate::{Error, Result, Services};

/// The rate for which delays are told before an input is open; they hardly depend on it.
const USUAL: u32 = 48_000;

/// The microphone, changed and heard.
pub struct LiveVoice {
    engine: Engine,
    now: Mutex<Now>,
    /// One switches it on or off at a time.
    turn: tokio::sync::Mutex<()>,
    /// Peak of what is heard since it was last looked at, as bits.
    peak: Arc<AtomicU32>,
    settings: Arc<CurrentSettings>,
    events: Events,
    runtime: tokio::runtime::Handle,
}

#[derive(Default)]
struct Now {
    /// Where other conversions are sent to; none while it is off.
    wishes: Option<Sender<Conversion>>,
    delay: Seconds,
    problem: Option<Problem>,
}

impl LiveVoice {
    /// Gets ready; nothing is opened.
    pub(crate) fn new(settings: Arc<CurrentSettings>, events: Events) -> Arc<Self> {
        let runtime = tokio::runtime::Handle::current();
        Arc::new_cyclic(|weak: &Weak<Self>| {
            let weak = weak.clone();
            let on_change = Box::new(move |event: RecorderEvent| {
                if let Some(live) = weak.upgrade() {
                    live.changed(event);
                }
            });
            let (now, turn, peak) = (Mutex::default(), tokio::sync::Mutex::default(), Arc::default());
            Self { engine: Engine::prompt(on_change), now, turn, peak, settings, events, runtime }
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Now) -> T) -> T {
        change(&mut self.now.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A device is gone: the other one is let go, and the person is told.
    fn changed(self: &Arc<Self>, event: RecorderEvent) {
        let trouble = match event {
            RecorderEvent::InputLost(reason) => Trouble::VoiceLost(reason),
            RecorderEvent::MonitorLost(reason) => Trouble::VoiceUnheard(reason),
            // Of takes, and none is recorded here.
            RecorderEvent::Started | RecorderEvent::BrokenOff { .. } | RecorderEvent::Dropped => return,
        };
        tracing::warn!(%trouble, "the live voice ended");
        let problem = Error::from(trouble).describe(self.settings.language());
        let live = self.clone();
        // The engine waits for this to return.
        self.runtime.spawn(async move {
            if let Err(error) = live.stop(Some(problem)).await {
                tracing::error!(%error, "the live voice could not be closed");
            }
        });
    }

    /// Returns what it does.
    pub fn state(&self) -> Live {
        let device = self.engine.opened().map(|opened| opened.device);
        self.with(|now| Live {
            on: now.wishes.is_some(),
            device: device.filter(|_| now.wishes.is_some()),
            delay: now.delay,
            problem: now.problem.clone(),
        })
    }

    /// Returns one frame of the meter.
    pub fn frame(&self) -> LiveFrame {
        let output = f32::from_bits(self.peak.swap(0, Ordering::Relaxed));
        let input = self.engine.frame().peak.first().copied();
        LiveFrame {
            input: input.unwrap_or(Db::from_amplitude(0.0)),
            output: Db::from_amplitude(output),
            latency: self.engine.latency(),
        }
    }

    fn tell(&self) {
        self.events.send(Event::LiveChanged(self.state()));
    }

    fn open(&self, conversion: &Conversion, device: Option<String>) -> Result<()> {
        let opened = self.engine.open(&InputSettings { device, ..InputSettings::default() });
        let opened = opened.map_err(|error| of_engine(error, Trouble::NoInput))?;
        let voice = son1k_voice::Live::new(opened.rate, conversion).map_err(unusable)?;
        let delay = son1k_voice::Live::delay_of(opened.rate, conversion).map_err(unusable)?;
        let (wishes, asked) = channel();
        let heard = changing(voice, asked, self.peak.clone());
        let output = self.settings.get().output_device;
        let monitor = self.engine.set_changed_monitor(heard, output.as_deref());
        monitor.map_err(|error| of_engine(error, Trouble::VoiceUnheard))?;
        self.with(|now| *now = Now { wishes: Some(wishes), delay, problem: None });
        Ok(())
    }

    fn start(&self, conversion: &Conversion, device: Option<String>) -> Result<()> {
        self.engine.close();
        let opened = self.open(conversion, device);
        match &opened {
            Ok(()) => self.tell(),
            Err(error) => self.close(Some(error.describe(self.settings.language()))),
        }
        opened
    }

    fn change(&self, conversion: Conversion) -> Result<()> {
        let rate = self.engine.opened().map_or(USUAL, |opened| opened.rate);
        let delay = son1k_voice::Live::delay_of(rate, &conversion).map_err(unusable)?;
        let heard = self.with(|now| {
            // Where nothing listens any more, the device that is gone is told of by itself.
            let heard = now.wishes.as_ref().is_some_and(|wishes| wishes.send(conversion).is_ok());
            now.delay = if heard { delay } else { now.delay };
            heard
        });
        if heard {
            self.tell();
        }
        Ok(())
    }

    /// Lets both devices go, and tells why if nobody asked for it. It is told first: a device whose server is dead may
    /// take its time.
    fn close(&self, problem: Option<Problem>) {
        let was = self.with(|now| std::mem::replace(now, Now { problem: problem.clone(), ..Now::default() }));
        if was.wishes.is_some() || was.problem != problem {
            self.tell();
        }
        self.engine.close();
    }

    async fn stop(self: &Arc<Self>, problem: Option<Problem>) -> Result<()> {
        let _turn = self.turn.lock().await;
        let closing = self.clone();
        blocking(move || closing.close(problem)).await
    }

    /// Lets go of the devices, because the studio is closed.
    pub(crate) async fn leave(self: &Arc<Self>) {
        if let Err(error) = self.stop(None).await {
            tracing::error!(%error, "the live voice could not be closed");
        }
    }
}

/// Returns what is done with each block of the microphone: its voice is changed as it was last asked for, and its peak kept.
fn changing(mut voice: son1k_voice::Live, asked: Receiver<Conversion>, peak: Arc<AtomicU32>) -> Change {
    Box::new(move |block| {
        if let Some(conversion) = asked.try_iter().last() {
            voice.change(&conversion);
        }
        voice.run(block);
        let highest = block.iter().fold(0.0, |most: f32, sample| most.max(sample.abs()));
        // The bits of positive numbers are in their order.
        peak.fetch_max(highest.to_bits(), Ordering::Relaxed);
        voice.delay()
    })
}

fn unusable(error: son1k_voice::Error) -> Error {
    Error::Internal(error.to_string())
}

impl Services {
    /// Returns the live voice, which a headless program has none of.
    ///
    /// # Errors
    /// [`Trouble::NoInput`] in a program that was opened without sound.
    pub fn live_voice(&self) -> Result<Arc<LiveVoice>> {
        self.live.clone().ok_or_else(|| Trouble::NoInput("opened without sound".into()).into())
    }

    /// Lets the microphone (the system's default without a name) be heard with its voice changed; its pace stays as it is.
    /// What was heard before is begun anew.
    ///
    /// # Errors
    /// [`Error::InvalidField`] for a conversion that cannot be, [`Error::Recording`] without an input, or without an output.
    pub async fn start_live(&self, conversion: Conversion, device: Option<String>) -> Result<()> {
        within(&conversion)?;
        let live = self.live_voice()?;
        let _turn = live.turn.lock().await;
        let starting = live.clone();
        blocking(move || starting.start(&conversion, device)).await?
    }

    /// Changes what is heard into another conversion, without a click; while nothing is heard, nothing happens.
    ///
    /// # Errors
    /// [`Error::InvalidField`].
    pub fn change_live(&self, conversion: Conversion) -> Result<()> {
        within(&conversion)?;
        self.live_voice()?.change(conversion)
    }

    /// Ends it and closes the microphone.
    ///
    /// # Errors
    /// As [`Services::live_voice`].
    pub async fn stop_live(&self) -> Result<()> {
        self.live_voice()?.stop(None).await
    }

    /// Returns what each preset takes live, beside what the devices take.
    pub fn live_delays(&self) -> Vec<LiveDelay> {
        let delays = presets::all().into_iter().map(|row| {
            let delay = son1k_voice::Live::delay_of(USUAL, &row.conversion).ok()?;
            Some(LiveDelay { preset: row.preset, delay })
        });
        delays.flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_changed_as_it_was_last_asked_for_and_its_peak_is_kept() {
        let (wishes, asked) = channel();
        let peak: Arc<AtomicU32> = Arc::default();
        let voice = son1k_voice::Live::new(48_000, &Conversion::default()).unwrap();
        let mut change = changing(voice, asked, peak.clone());
        let mut block = [0.25, -0.5, 0.125];
        assert_eq!((change(&mut block), block), (0, [0.25, -0.5, 0.125]));
        assert_eq!(f32::from_bits(peak.load(Ordering::Relaxed)), 0.5);
        for pitch in [1.0, 5.0] {
            wishes.send(Conversion { pitch, ..Conversion::default() }).unwrap();
        }
        let behind = (0..100).map(|_| change(&mut [0.1; 128])).last().unwrap();
        let delay = son1k_voice::Live::delay_of(48_000, &Conversion { pitch: 5.0, ..Conversion::default() });
        assert_eq!(behind, (delay.unwrap().0 * 48_000.0).ceil() as usize);
    }
}
