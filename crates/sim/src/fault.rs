//! Faults: what can happen, and when it happens in a run of a seed.

use std::collections::BTreeMap;

use fastrand::Rng;

/// What can happen to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// A request does not reach the host.
    RequestLost,
    /// It is done, and the answer does not come back.
    AnswerLost,
    /// Nothing comes back until the deadline; the request was done or not.
    Hang,
    /// The request arrives later than its deadline, among those that came after it.
    Late,
    /// The connection breaks while the host is at work, which ends there.
    Severed,
    /// The controlling process is killed between two requests.
    Killed,
    /// It is killed while it changes the host, which ends there.
    KilledAtWork,
    /// It is killed before an event is written.
    KilledBeforeWrite,
    /// It is killed after an event is written, before it knows.
    KilledAfterWrite,
    /// An event cannot be written.
    WriteFails,
    /// An event is written, and an error comes back.
    WriteFailsLate,
    /// The host's power is cut and comes back.
    PowerCut,
    /// There is no space left on the host's disk.
    Full,
    /// The host's disk can only be read.
    ReadOnly,
    /// One call to the host's disk fails.
    DiskError,
    /// A command ends with an exit code, and did nothing.
    CommandFails,
    /// A broker that was started ends before it serves.
    BrokerDies,
    /// The time of day jumps, by seconds or years, in either direction.
    WallJump,
    /// The operator presses Ctrl-C.
    CtrlC,
    /// The operator presses it twice.
    CtrlCTwice,
    /// This process is frozen, and another one takes the run over with a copy of the state
    /// directory; then this one wakes up.
    Frozen,
    /// The state directory is restored from an older copy.
    OlderCopy,
    /// A state directory that was left for a copy is used again.
    OtherCopy,
    /// The operator takes the run back in the middle.
    RollBack,
    /// The operator ends the run as it stands; later somebody takes it back.
    Stop,
    /// The window is almost over.
    Window,
}

/// Where a fault can strike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// At a request to the host.
    Request,
    /// At a call to the host's disk, or another thing that the host does.
    Work,
    /// At an event of the journal.
    Write,
    /// Between two processes.
    Session,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 26] = [
        Self::RequestLost,
        Self::AnswerLost,
        Self::Hang,
        Self::Late,
        Self::Severed,
        Self::Killed,
        Self::KilledAtWork,
        Self::KilledBeforeWrite,
        Self::KilledAfterWrite,
        Self::WriteFails,
        Self::WriteFailsLate,
        Self::PowerCut,
        Self::Full,
        Self::ReadOnly,
        Self::DiskError,
        Self::CommandFails,
        Self::BrokerDies,
        Self::WallJump,
        Self::CtrlC,
        Self::CtrlCTwice,
        Self::Frozen,
        Self::OlderCopy,
        Self::OtherCopy,
        Self::RollBack,
        Self::Stop,
        Self::Window,
    ];

    /// Where it can strike.
    pub fn place(self) -> Place {
        match self {
            Self::RequestLost
            | Self::AnswerLost
            | Self::Hang
            | Self::Late
            | Self::Killed
            | Self::WallJump
            | Self::CtrlC
            | Self::CtrlCTwice
            | Self::Frozen => Place::Request,
            Self::Severed
            | Self::KilledAtWork
            | Self::PowerCut
            | Self::Full
            | Self::ReadOnly
            | Self::DiskError
            | Self::CommandFails
            | Self::BrokerDies => Place::Work,
            Self::KilledBeforeWrite
            | Self::KilledAfterWrite
            | Self::WriteFails
            | Self::WriteFailsLate => Place::Write,
            Self::OlderCopy | Self::OtherCopy | Self::RollBack | Self::Stop | Self::Window => {
                Place::Session
            }
        }
    }
}

/// How often each place was passed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    requests: u32,
    works: u32,
    writes: u32,
    sessions: u32,
}

impl Passed {
    fn at(&mut self, place: Place) -> &mut u32 {
        match place {
            Place::Request => &mut self.requests,
            Place::Work => &mut self.works,
            Place::Write => &mut self.writes,
            Place::Session => &mut self.sessions,
        }
    }
}

/// The faults of one run: each waits until its place was passed so often, and strikes once.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    waiting: Vec<(Fault, u32)>,
    passed: Passed,
    fired: BTreeMap<Fault, u32>,
}

/// The most faults in one run.
const MOST_FAULTS: usize = 5;
/// The sessions in which something can happen between processes.
const SESSIONS: u32 = 4;

impl Schedule {
    /// Faults for a run that passes places as often as `expected` when nothing happens.
    pub fn draw(rng: &mut Rng, mut expected: Passed) -> Self {
        expected.sessions = SESSIONS;
        let any = |rng: &mut Rng| Fault::ALL[rng.usize(0..Fault::ALL.len())];
        // In half of the runs one of them comes again and again.
        let theme = rng.bool().then(|| any(rng));
        let waiting = (0..rng.usize(1..=MOST_FAULTS)).map(|_| {
            let fault = theme.filter(|_| rng.bool()).unwrap_or_else(|| any(rng));
            // A little more than once through: what recovers is hit too.
            let end = *expected.at(fault.place());
            (fault, rng.u32(0..=end + end / 3))
        });
        Self { waiting: waiting.collect(), ..Self::default() }
    }

    /// Passes a place once more.
    pub fn pass(&mut self, place: Place) {
        *self.passed.at(place) += 1;
    }

    /// Whether the fault strikes now. It is passed over until it can.
    pub fn strikes(&mut self, fault: Fault) -> bool {
        let passed = *self.passed.at(fault.place());
        let due = self.waiting.iter().position(|(waits, at)| *waits == fault && *at < passed);
        if let Some(index) = due {
            self.waiting.remove(index);
            *self.fired.entry(fault).or_default() += 1;
        }
        due.is_some()
    }

    /// Nothing happens any more.
    pub fn end(&mut self) {
        self.waiting.clear();
    }

    /// How often places were passed.
    pub fn passed(&self) -> Passed {
        self.passed
    }

    /// How often each fault struck.
    pub fn fired(&self) -> &BTreeMap<Fault, u32> {
        &self.fired
    }
}
